// Generated from packages/contracts/src/commands by `npm run generate`. Do not edit.
import type { CatalogueEntry } from './catalogue-entry.ts';

export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    "name": "inventory.collect",
    "version": 1,
    "level": "observe",
    "risk": "read",
    "effect": "idempotent",
    "timeoutMs": 600000,
    "payload": {
      "type": "object",
      "properties": {
        "categories": {
          "default": [],
          "maxItems": 20,
          "type": "array",
          "items": {
            "type": "string",
            "enum": [
              "hardware",
              "system",
              "software",
              "hotfixes",
              "users",
              "security",
              "network",
              "browsers"
            ]
          }
        }
      }
    }
  },
  {
    "name": "network.connections",
    "version": 1,
    "level": "observe",
    "risk": "read",
    "effect": "idempotent",
    "timeoutMs": 60000,
    "payload": {
      "type": "object",
      "properties": {}
    }
  },
  {
    "name": "process.list",
    "version": 1,
    "level": "observe",
    "risk": "read",
    "effect": "idempotent",
    "timeoutMs": 900000,
    "payload": {
      "type": "object",
      "properties": {
        "watch": {
          "type": "object",
          "properties": {
            "durationMs": {
              "type": "integer",
              "minimum": 1000,
              "maximum": 600000
            },
            "intervalMs": {
              "default": 2000,
              "type": "integer",
              "minimum": 1000,
              "maximum": 60000
            }
          },
          "required": [
            "durationMs"
          ]
        }
      }
    }
  },
  {
    "name": "process.kill",
    "version": 1,
    "level": "manage",
    "risk": "change",
    "effect": "at_most_once",
    "timeoutMs": 60000,
    "payload": {
      "type": "object",
      "properties": {
        "pid": {
          "type": "integer",
          "exclusiveMinimum": 0,
          "maximum": 9007199254740991
        },
        "startToken": {
          "type": "string",
          "maxLength": 64
        },
        "bootId": {
          "type": "string",
          "maxLength": 64
        },
        "graceMs": {
          "default": 5000,
          "type": "integer",
          "minimum": 0,
          "maximum": 30000
        }
      },
      "required": [
        "pid",
        "startToken",
        "bootId"
      ]
    }
  }
];
