// Generated from packages/contracts by `npm run generate`. Do not edit.
export const CONTRACT = {
  "auth": {
    "login": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "public",
            "reason": "Signing in is how a person becomes known."
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/login",
          "summary": "Sign in",
          "description": "Also sets the console cookie when `cookie` is true."
        }
      }
    },
    "logout": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may end their own session."
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/logout",
          "summary": "Sign out",
          "successStatus": 204
        }
      }
    },
    "me": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may see who they are."
          }
        },
        "route": {
          "method": "GET",
          "path": "/auth/me",
          "summary": "Who am I"
        }
      }
    }
  },
  "system": {
    "status": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "system:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/system/status",
          "summary": "State and addresses of this server"
        }
      }
    },
    "listen": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "system:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/system/listen",
          "summary": "Listen on a further address without a restart",
          "description": "Turns on TLS for that address."
        }
      }
    },
    "publishGateways": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "system:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/system/gateways",
          "summary": "Tell agents where to dial from now on",
          "description": "Signed by the root key, which is read from its file or given here and not kept. Connected agents take the list at once, the others with their next connection, and keep it, so that a server can move: publish the old and the new address, move, publish the new one."
        }
      }
    },
    "prepareAgentBuild": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "tokens:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/system/agent-builds/{platform}",
          "summary": "Make the agent build of a platform",
          "successStatus": 202
        }
      }
    },
    "sites": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "organisations:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/sites",
          "summary": "List sites"
        }
      }
    },
    "liveTicket": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "The live socket authorises each view by itself; the ticket only carries who asks."
          }
        },
        "route": {
          "method": "POST",
          "path": "/live/ticket",
          "summary": "Get a single-use ticket for the live socket",
          "successStatus": 201
        }
      }
    }
  },
  "devices": {
    "list": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/devices",
          "summary": "List devices that match a query"
        }
      }
    },
    "summary": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/devices/summary",
          "summary": "Count devices by presence, system and lifecycle"
        }
      }
    },
    "fields": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/devices/query-fields",
          "summary": "List the fields a device query may use"
        }
      }
    },
    "complete": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/devices/query-values",
          "summary": "Suggest values of a field from the fleet"
        }
      }
    },
    "get": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/devices/{deviceId}",
          "summary": "Get one device"
        }
      }
    },
    "update": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:manage"
          }
        },
        "route": {
          "method": "PATCH",
          "path": "/devices/{deviceId}",
          "summary": "Rename, tag or move a device",
          "description": "Needs If-Match with the etag last read."
        }
      }
    },
    "approve": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:approve"
          }
        },
        "route": {
          "method": "POST",
          "path": "/devices/{deviceId}/approve",
          "summary": "Approve a pending device"
        }
      }
    },
    "suspend": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/devices/{deviceId}/suspend",
          "summary": "Cut a device off until it is resumed"
        }
      }
    },
    "resume": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/devices/{deviceId}/resume",
          "summary": "Let a suspended device back in"
        }
      }
    },
    "revoke": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/devices/{deviceId}/revoke",
          "summary": "Revoke a device: its key is worthless from now on"
        }
      }
    },
    "retire": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/devices/{deviceId}/retire",
          "summary": "Retire a device and keep its history"
        }
      }
    }
  },
  "telemetry": {
    "get": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/devices/{deviceId}/telemetry",
          "summary": "Chart data of one device, downsampled"
        }
      }
    }
  },
  "commands": {
    "run": {
      "process.list": {
        "~orpc": {
          "errorMap": {},
          "meta": {
            "access": {
              "permission": "processes:read"
            }
          },
          "route": {
            "method": "POST",
            "path": "/devices/{deviceId}/commands/process.list",
            "summary": "List processes",
            "description": "Every process with its owner, processor and memory use; with `watch`, again and again as progress.",
            "successStatus": 202
          }
        }
      },
      "process.kill": {
        "~orpc": {
          "errorMap": {},
          "meta": {
            "access": {
              "permission": "processes:kill"
            }
          },
          "route": {
            "method": "POST",
            "path": "/devices/{deviceId}/commands/process.kill",
            "summary": "End process",
            "description": "Ends one process: asks first, then forces after the grace time. Refused when the pid is another process by now.",
            "successStatus": 202
          }
        }
      }
    },
    "catalogue": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "commands:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/commands/catalogue",
          "summary": "List what can be done to a device"
        }
      }
    },
    "list": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "commands:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/commands",
          "summary": "List commands, newest first"
        }
      }
    },
    "get": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "commands:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/commands/{commandId}",
          "summary": "Get one command with its result"
        }
      }
    },
    "cancel": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "commands:cancel"
          }
        },
        "route": {
          "method": "POST",
          "path": "/commands/{commandId}/cancel",
          "summary": "Cancel a command that has not ended"
        }
      }
    }
  },
  "tokens": {
    "list": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "tokens:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/enrolment-tokens",
          "summary": "List enrolment tokens"
        }
      }
    },
    "create": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "tokens:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/enrolment-tokens",
          "summary": "Create an enrolment token",
          "description": "The secret is shown once.",
          "successStatus": 201
        }
      }
    },
    "revoke": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "tokens:manage"
          }
        },
        "route": {
          "method": "DELETE",
          "path": "/enrolment-tokens/{tokenId}",
          "summary": "Revoke an enrolment token"
        }
      }
    }
  },
  "audit": {
    "list": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "audit:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/audit",
          "summary": "Search the audit log, newest first",
          "description": "The log of the system itself also needs system:read. A row is here within a second."
        }
      }
    },
    "checkpoints": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "audit:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/audit/checkpoints",
          "summary": "The newest signed checkpoint of each log",
          "description": "Keep copies elsewhere: a log that does not continue an earlier checkpoint was tampered with."
        }
      }
    },
    "inclusion": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "audit:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/audit/{log}/inclusion/{index}",
          "summary": "Prove that a row is in its log",
          "description": "RFC 6962, 2.1.1, towards the newest signed checkpoint."
        }
      }
    },
    "consistency": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "audit:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/audit/{log}/consistency/{size}",
          "summary": "Prove that a log continues what it was at a size",
          "description": "RFC 6962, 2.1.2, towards the newest signed checkpoint."
        }
      }
    }
  }
};

export const COMMAND_CATALOGUE = {
  "process.list": {
    "title": "List processes",
    "permission": "processes:read",
    "risk": "read"
  },
  "process.kill": {
    "title": "End process",
    "permission": "processes:kill",
    "risk": "change"
  }
} as const;

export const COMMAND_STATES = ["queued","sent","received","running","cancelling","succeeded","failed","refused","expired","cancelled","interrupted"] as const;
export const ENDED_COMMAND_STATES = ["succeeded","failed","refused","expired","cancelled","interrupted"] as const;

export const LIVE_PATH = '/api/v1/live';
export const LIVE_SUBPROTOCOL = 'muster.live.v1';
export const LIVE_TICKET_PREFIX = 'ticket.';
export const MAX_WATCHED_DEVICES = 200;
