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
          "description": "Also sets the console cookie when `cookie` is true. Where a second factor is needed: 401 factor_required with a ticket for POST /auth/factor."
        }
      }
    },
    "logout": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may end their own session.",
            "duringSetUp": true
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
            "reason": "Everybody may see who they are.",
            "duringSetUp": true
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
  "factors": {
    "finish": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "public",
            "reason": "The ticket of a right password is what counts here."
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/factor",
          "summary": "Finish signing in with a second factor"
        }
      }
    },
    "passkeyOptions": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "public",
            "reason": "A challenge says nothing about anybody."
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/passkey/options",
          "summary": "Get a challenge for signing in with a passkey",
          "description": "With the ticket of a password as second factor; without one the passkey alone signs in."
        }
      }
    },
    "passkeySignIn": {
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
          "path": "/auth/passkey",
          "summary": "Sign in with a passkey alone"
        }
      }
    },
    "prove": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may prove again who they are.",
            "duringSetUp": true
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/prove",
          "summary": "Prove again who one is, before something dangerous"
        }
      }
    },
    "proveOptions": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may prove again who they are.",
            "duringSetUp": true
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/prove/passkey-options",
          "summary": "Get a challenge for proving with a passkey"
        }
      }
    },
    "list": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may see and change their own second factors.",
            "duringSetUp": true
          }
        },
        "route": {
          "method": "GET",
          "path": "/auth/factors",
          "summary": "My second factors"
        }
      }
    },
    "beginTotp": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may see and change their own second factors.",
            "duringSetUp": true
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/factors/totp",
          "summary": "Begin with one-time passwords",
          "description": "The secret is told this once and counts only after a code of it was confirmed.",
          "successStatus": 201
        }
      }
    },
    "confirmTotp": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may see and change their own second factors.",
            "duringSetUp": true
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/factors/totp/confirm",
          "summary": "Confirm one-time passwords with a code"
        }
      }
    },
    "removeTotp": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may see and change their own second factors.",
            "duringSetUp": true
          }
        },
        "route": {
          "method": "DELETE",
          "path": "/auth/factors/totp",
          "summary": "Give up one-time passwords",
          "successStatus": 204
        }
      }
    },
    "renewRecoveryCodes": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may see and change their own second factors.",
            "duringSetUp": true
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/factors/recovery-codes",
          "summary": "Make new recovery codes; the old ones are worthless then"
        }
      }
    },
    "passkeyRegistration": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may see and change their own second factors.",
            "duringSetUp": true
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/factors/passkeys/options",
          "summary": "Get a challenge for a new passkey"
        }
      }
    },
    "addPasskey": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may see and change their own second factors.",
            "duringSetUp": true
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/factors/passkeys",
          "summary": "Add a passkey",
          "successStatus": 201
        }
      }
    },
    "renamePasskey": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may see and change their own second factors.",
            "duringSetUp": true
          }
        },
        "route": {
          "method": "PUT",
          "path": "/auth/factors/passkeys/{passkeyId}/name",
          "summary": "Rename a passkey"
        }
      }
    },
    "removePasskey": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may see and change their own second factors.",
            "duringSetUp": true
          }
        },
        "route": {
          "method": "DELETE",
          "path": "/auth/factors/passkeys/{passkeyId}",
          "summary": "Remove a passkey",
          "successStatus": 204
        }
      }
    },
    "reset": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "users:manage"
          }
        },
        "route": {
          "method": "DELETE",
          "path": "/users/{userId}/factors",
          "summary": "Take all second factors from a person who lost them",
          "description": "Ends their sessions; where a role demands a factor, they set up a new one when they sign in.",
          "successStatus": 204
        }
      }
    }
  },
  "sessions": {
    "mine": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may see and end their own sessions.",
            "duringSetUp": true
          }
        },
        "route": {
          "method": "GET",
          "path": "/auth/sessions",
          "summary": "Where I am signed in"
        }
      }
    },
    "end": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may see and end their own sessions.",
            "duringSetUp": true
          }
        },
        "route": {
          "method": "DELETE",
          "path": "/auth/sessions/{sessionId}",
          "summary": "End one of my sessions",
          "successStatus": 204
        }
      }
    },
    "endOthers": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may see and end their own sessions.",
            "duringSetUp": true
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/sessions/end-others",
          "summary": "End all my sessions but this one"
        }
      }
    },
    "ofPerson": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "users:manage"
          }
        },
        "route": {
          "method": "GET",
          "path": "/users/{userId}/sessions",
          "summary": "Where a person is signed in"
        }
      }
    },
    "endOfPerson": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "users:manage"
          }
        },
        "route": {
          "method": "DELETE",
          "path": "/users/{userId}/sessions/{sessionId}",
          "summary": "End a session of a person",
          "successStatus": 204
        }
      }
    }
  },
  "signInTokens": {
    "issue": {
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
          "path": "/auth/token",
          "summary": "Get an access token and a refresh token",
          "description": "With `credentials`, or with an empty object as somebody who is signed in. Where a second factor is needed: 401 factor_required as at POST /auth/login; finish with POST /auth/factor and ask again as its session."
        }
      }
    },
    "refresh": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "public",
            "reason": "The refresh token is what counts here."
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/token/refresh",
          "summary": "Exchange a refresh token for the next pair",
          "description": "A refresh token counts once. One that is used again ends its session."
        }
      }
    }
  },
  "deviceLogins": {
    "begin": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "public",
            "reason": "Nobody is known before a code is approved."
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/device",
          "summary": "Begin to sign in with a code",
          "description": "Show `userCode` and `verificationUrl`, then ask POST /auth/device/token every `interval`."
        }
      }
    },
    "poll": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "public",
            "reason": "The device code is what counts here."
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/device/token",
          "summary": "Ask whether the code was approved"
        }
      }
    },
    "inspect": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may let a program sign in as themselves."
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/device/inspect",
          "summary": "See who asks with a code"
        }
      }
    },
    "decide": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may let a program sign in as themselves."
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/device/decide",
          "summary": "Let a program sign in as oneself, or refuse it",
          "description": "Approving needs a fresh proof: 401 step_up_required.",
          "successStatus": 204
        }
      }
    }
  },
  "nodes": {
    "challenge": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "public",
            "reason": "The API key of the node is what counts here, and its signature."
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/node/challenge",
          "summary": "Get what a node has to sign",
          "description": "Good for a minute and for one answer; it replaces the one before."
        }
      }
    },
    "admit": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "public",
            "reason": "The API key of the node is what counts here, and its signature."
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/node/token",
          "summary": "Get an access token for a signature",
          "description": "The token speaks for the device of the key, and dies with the key."
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
  "settings": {
    "list": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "system:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/settings",
          "summary": "List the settings of this server"
        }
      }
    },
    "update": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "system:manage"
          }
        },
        "route": {
          "method": "PATCH",
          "path": "/settings/{key}",
          "summary": "Change a setting"
        }
      }
    },
    "reset": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "system:manage"
          }
        },
        "route": {
          "method": "DELETE",
          "path": "/settings/{key}",
          "summary": "Let the default of a setting hold again"
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
    "overview": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/devices/overview",
          "summary": "Count the fleet by state, system and version, and what is wrong with it",
          "description": "Of active devices, but for those that wait for approval or are suspended. Each count has its query."
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
    "explain": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "POST",
          "path": "/devices/query/explain",
          "summary": "Say how a device query is understood, and how many devices it means"
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
    "tag": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/devices/tags",
          "summary": "Set and remove tags of many devices",
          "description": "All of them, or none. Other tags stay; a tag that a group carries stays until its device leaves."
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
    "transfer": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/devices/{deviceId}/transfer",
          "summary": "Give a device to another organisation",
          "description": "Needs devices:manage on both sides. The machine keeps its key and goes on under its id; its history stays with the organisation that it leaves, in a retired record."
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
  "inventory": {
    "states": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/devices/{deviceId}/inventory",
          "summary": "How old each category of a device is"
        }
      }
    },
    "items": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/devices/{deviceId}/inventory/{category}",
          "summary": "What a category of a device consists of now",
          "description": "Software has a list of its own."
        }
      }
    },
    "software": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/devices/{deviceId}/software",
          "summary": "What is installed on a device"
        }
      }
    },
    "changes": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/devices/{deviceId}/changes",
          "summary": "What changed on a device, newest first"
        }
      }
    },
    "push": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:check-in"
          },
          "cleansText": true
        },
        "route": {
          "method": "POST",
          "path": "/inventory",
          "summary": "Report the inventory of a foreign node",
          "description": "With an API key; one that is bound to a device reports for that device alone."
        }
      }
    },
    "titles": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/software",
          "summary": "What is installed across the fleet"
        }
      }
    },
    "versions": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/software/{titleId}",
          "summary": "Versions of a title, with how many devices have each",
          "description": "The devices themselves: the devices list with the query given."
        }
      }
    },
    "arrivals": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/software/{titleId}/changes",
          "summary": "When a title came, changed and went, across the fleet"
        }
      }
    }
  },
  "timeline": {
    "ofDevice": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/devices/{deviceId}/timeline",
          "summary": "Everything that happened to a device, newest first",
          "description": "Kinds that you may not see are named in `hidden`. A search looks through a few thousand entries a request: a page may then hold less than was asked for, and `next` goes on."
        }
      }
    }
  },
  "commands": {
    "run": {
      "inventory.collect": {
        "~orpc": {
          "errorMap": {},
          "meta": {
            "access": {
              "permission": "inventory:collect"
            }
          },
          "route": {
            "method": "POST",
            "path": "/devices/{deviceId}/commands/inventory.collect",
            "summary": "Collect inventory",
            "description": "Looks at the machine now and sends what changed; without categories, everything.",
            "successStatus": 202
          }
        }
      },
      "network.connections": {
        "~orpc": {
          "errorMap": {},
          "meta": {
            "access": {
              "permission": "connections:read"
            }
          },
          "route": {
            "method": "POST",
            "path": "/devices/{deviceId}/commands/network.connections",
            "summary": "List connections",
            "description": "Every connection and listening port of the device with the program behind it.",
            "successStatus": 202
          }
        }
      },
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
          "description": "The log of the system itself takes audit:read everywhere. A row is here within a second."
        }
      }
    },
    "get": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "audit:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/audit/{log}/{index}",
          "summary": "Get one row of the audit log"
        }
      }
    },
    "erase": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "audit:erase"
          }
        },
        "route": {
          "method": "POST",
          "path": "/audit/{log}/{index}/erase",
          "summary": "Erase the content of one row",
          "description": "For good. The row keeps its place and hash, and the log verifies as before; who erased it and why is a row of the same log."
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
  },
  "approvals": {
    "list": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody sees what they asked for themselves; deciders see what they may decide."
          }
        },
        "route": {
          "method": "GET",
          "path": "/approvals",
          "summary": "List requests that wait, or waited, for a second person"
        }
      }
    },
    "get": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody sees what they asked for themselves; deciders see what they may decide."
          }
        },
        "route": {
          "method": "GET",
          "path": "/approvals/{approvalId}",
          "summary": "One request with exactly what would be done"
        }
      }
    },
    "approve": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "approvals:decide"
          }
        },
        "route": {
          "method": "POST",
          "path": "/approvals/{approvalId}/approve",
          "summary": "Let a request be done, once and as it is",
          "description": "Nobody approves what they asked for themselves, with whichever key."
        }
      }
    },
    "deny": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "approvals:decide"
          }
        },
        "route": {
          "method": "POST",
          "path": "/approvals/{approvalId}/deny",
          "summary": "Refuse a request"
        }
      }
    },
    "withdraw": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may take back what they asked for."
          }
        },
        "route": {
          "method": "POST",
          "path": "/approvals/{approvalId}/withdraw",
          "summary": "Take a request of one’s own back"
        }
      }
    }
  },
  "access": {
    "permissions": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "The catalogue is the same for everybody and printed in the reference."
          }
        },
        "route": {
          "method": "GET",
          "path": "/access/permissions",
          "summary": "List what a role can be made of"
        }
      }
    },
    "explain": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may see what they may do themselves; for others users:read is demanded."
          }
        },
        "route": {
          "method": "GET",
          "path": "/access/explain",
          "summary": "What may this person do, and why",
          "description": "Without userId about whoever asks; with deviceId about that device alone."
        }
      }
    },
    "roles": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "users:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/roles",
          "summary": "List roles"
        }
      }
    },
    "createRole": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "roles:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/roles",
          "summary": "Create a role",
          "successStatus": 201
        }
      }
    },
    "updateRole": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "roles:manage"
          }
        },
        "route": {
          "method": "PATCH",
          "path": "/roles/{roleId}",
          "summary": "Change a role of your own"
        }
      }
    },
    "removeRole": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "roles:manage"
          }
        },
        "route": {
          "method": "DELETE",
          "path": "/roles/{roleId}",
          "summary": "Remove a role that nobody has",
          "successStatus": 204
        }
      }
    },
    "grant": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "users:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/users/{userId}/grants",
          "summary": "Give a person a role somewhere",
          "description": "Nobody can give what they do not have themselves at that place.",
          "successStatus": 201
        }
      }
    },
    "withdraw": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "users:manage"
          }
        },
        "route": {
          "method": "DELETE",
          "path": "/grants/{grantId}",
          "summary": "Take a role from a person",
          "successStatus": 204
        }
      }
    }
  },
  "groups": {
    "list": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "groups:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/groups",
          "summary": "List groups"
        }
      }
    },
    "create": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "groups:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/groups",
          "summary": "Create a group, smart where it has a query",
          "successStatus": 201
        }
      }
    },
    "update": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "groups:manage"
          }
        },
        "route": {
          "method": "PATCH",
          "path": "/groups/{groupId}",
          "summary": "Change a group: its name, what it lies in, what a smart one means"
        }
      }
    },
    "remove": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "groups:manage"
          }
        },
        "route": {
          "method": "DELETE",
          "path": "/groups/{groupId}",
          "summary": "Remove a group; its devices stay",
          "description": "Refused while a grant or another group stands on it.",
          "successStatus": 204
        }
      }
    },
    "devices": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "groups:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/groups/{groupId}/devices",
          "summary": "List the devices of a group"
        }
      }
    },
    "changes": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "groups:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/groups/{groupId}/changes",
          "summary": "List who entered a smart group and who left it"
        }
      }
    },
    "preview": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "groups:read"
          }
        },
        "route": {
          "method": "POST",
          "path": "/groups/preview",
          "summary": "What a smart group with this query would mean",
          "description": "With the group that would get it: who would enter and leave."
        }
      }
    },
    "add": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "groups:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/groups/{groupId}/devices",
          "summary": "Put devices into a static group"
        }
      }
    },
    "take": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "groups:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/groups/{groupId}/devices/remove",
          "summary": "Take devices out of a static group"
        }
      }
    }
  },
  "policies": {
    "fields": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "The catalogue is the same for everybody."
          }
        },
        "route": {
          "method": "GET",
          "path": "/policies/fields",
          "summary": "List what policies can set"
        }
      }
    },
    "list": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "policies:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/policies",
          "summary": "List the policies that set something"
        }
      }
    },
    "get": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "policies:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/policies/{kind}/{placeId}",
          "summary": "Read the policy of an organisation, site, group or device; empty where there is none"
        }
      }
    },
    "set": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "policies:manage"
          }
        },
        "route": {
          "method": "PUT",
          "path": "/policies/{kind}/{placeId}",
          "summary": "Say what a policy sets; what is left out it sets no longer",
          "description": "Needs If-Match. Devices that are connected follow within a second."
        }
      }
    },
    "preview": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "policies:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/policies/{kind}/{placeId}/preview",
          "summary": "What would change for which devices"
        }
      }
    },
    "effective": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/devices/{deviceId}/policy",
          "summary": "What holds for a device, and where each value comes from"
        }
      }
    }
  },
  "fields": {
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
          "path": "/fields",
          "summary": "List the custom fields"
        }
      }
    },
    "create": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "fields:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/fields",
          "summary": "Define a custom field",
          "successStatus": 201
        }
      }
    },
    "update": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "fields:manage"
          }
        },
        "route": {
          "method": "PATCH",
          "path": "/fields/{fieldId}",
          "summary": "Change a custom field",
          "description": "Key and kind stay: another kind is another field."
        }
      }
    },
    "remove": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "fields:manage"
          }
        },
        "route": {
          "method": "DELETE",
          "path": "/fields/{fieldId}",
          "summary": "Remove a custom field with all its values",
          "description": "Refused while the query of a smart group asks for it.",
          "successStatus": 204
        }
      }
    },
    "ofDevice": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/devices/{deviceId}/fields",
          "summary": "The custom fields of a device"
        }
      }
    },
    "ofSite": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "organisations:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/sites/{siteId}/fields",
          "summary": "The custom fields of a site"
        }
      }
    },
    "ofOrganisation": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "organisations:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/organisations/{orgId}/fields",
          "summary": "The custom fields of an organisation"
        }
      }
    },
    "setOfDevice": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:manage"
          }
        },
        "route": {
          "method": "PATCH",
          "path": "/devices/{deviceId}/fields",
          "summary": "Set custom fields of a device",
          "description": "Needs If-Match. null takes a value away; the device then has that of its site."
        }
      }
    },
    "setOfSite": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "organisations:manage"
          }
        },
        "route": {
          "method": "PATCH",
          "path": "/sites/{siteId}/fields",
          "summary": "Set custom fields of a site",
          "description": "Needs If-Match. Holds for every device of the site that has no value of its own."
        }
      }
    },
    "setOfOrganisation": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "organisations:manage"
          }
        },
        "route": {
          "method": "PATCH",
          "path": "/organisations/{orgId}/fields",
          "summary": "Set custom fields of an organisation",
          "description": "Needs If-Match. Holds wherever neither the device nor its site says otherwise."
        }
      }
    }
  },
  "tags": {
    "ofDevice": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/devices/{deviceId}/tags",
          "summary": "The tags of a device, and where each comes from"
        }
      }
    },
    "ofGroup": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "groups:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/groups/{groupId}/tags",
          "summary": "The tags that a smart group carries"
        }
      }
    },
    "setOfGroup": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "groups:manage"
          }
        },
        "route": {
          "method": "PUT",
          "path": "/groups/{groupId}/tags",
          "summary": "Say which tags the members of a smart group get and lose with it",
          "description": "Needs If-Match. Refused for a tag on which the group itself stands. Up to 500 members have the tags when this answers; more get them page by page, and `change` says how far that is."
        }
      }
    }
  },
  "views": {
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
          "path": "/views",
          "summary": "List the saved views of the devices list",
          "description": "One’s own, and those that are shared in the organisations one sees."
        }
      }
    },
    "create": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "POST",
          "path": "/views",
          "summary": "Save a view",
          "description": "Private without orgId; with it, it is shared in that organisation, which needs views:share.",
          "successStatus": 201
        }
      }
    },
    "update": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "PATCH",
          "path": "/views/{viewId}",
          "summary": "Change, share or take back a view",
          "description": "Needs If-Match. orgId shares a private view; null makes a shared one the private view of who asks. What concerns shared ones needs views:share."
        }
      }
    },
    "remove": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "devices:read"
          }
        },
        "route": {
          "method": "DELETE",
          "path": "/views/{viewId}",
          "summary": "Remove a view",
          "description": "Needs If-Match. A shared one needs views:share.",
          "successStatus": 204
        }
      }
    }
  },
  "users": {
    "list": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "users:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/users",
          "summary": "List people"
        }
      }
    },
    "get": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "users:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/users/{userId}",
          "summary": "Get one person"
        }
      }
    },
    "invite": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "users:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/users",
          "summary": "Invite a person",
          "description": "Answers with a single-use link that expires; it is shown once.",
          "successStatus": 201
        }
      }
    },
    "resetPassword": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "users:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/users/{userId}/password-link",
          "summary": "Make a new single-use link for a password",
          "description": "The old password works until the link is used. An invitation that expired is renewed the same way.",
          "successStatus": 201
        }
      }
    },
    "disable": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "users:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/users/{userId}/disable",
          "summary": "Keep a person out, at once"
        }
      }
    },
    "enable": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "users:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/users/{userId}/enable",
          "summary": "Let a disabled person back in"
        }
      }
    },
    "remove": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "users:manage"
          }
        },
        "route": {
          "method": "DELETE",
          "path": "/users/{userId}",
          "summary": "Remove a person",
          "successStatus": 204
        }
      }
    }
  },
  "passwords": {
    "inspect": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "public",
            "reason": "Whoever holds a link may see whose it is; guessing is throttled."
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/password-links/inspect",
          "summary": "Whose password link is this"
        }
      }
    },
    "redeem": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "public",
            "reason": "The single-use link stands for the person; guessing is throttled."
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/password-links/redeem",
          "summary": "Choose a password by link",
          "description": "Ends every session of that person. Sign in afterwards."
        }
      }
    },
    "change": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "authenticated",
            "reason": "Everybody may change their own password, by saying the present one."
          }
        },
        "route": {
          "method": "POST",
          "path": "/auth/password",
          "summary": "Change your password",
          "description": "Ends every other session of yours.",
          "successStatus": 204
        }
      }
    }
  },
  "keys": {
    "list": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "keys:manage"
          }
        },
        "route": {
          "method": "GET",
          "path": "/api-keys",
          "summary": "List API keys of your own, or of a person you manage"
        }
      }
    },
    "create": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "keys:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/api-keys",
          "summary": "Create an API key",
          "description": "The secret is shown once and sent as `Authorization: Bearer`. A key never allows more than its maker may do when it is used.",
          "successStatus": 201
        }
      }
    },
    "revoke": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "keys:manage"
          }
        },
        "route": {
          "method": "DELETE",
          "path": "/api-keys/{keyId}",
          "summary": "Revoke an API key"
        }
      }
    }
  },
  "providers": {
    "list": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "providers:manage"
          }
        },
        "route": {
          "method": "GET",
          "path": "/providers",
          "summary": "List sign-in providers"
        }
      }
    },
    "create": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "providers:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/providers",
          "summary": "Add a sign-in provider: OpenID Connect or a directory",
          "description": "Whoever decides what a provider is can sign in as anybody who uses it: only somebody with every permission everywhere may.",
          "successStatus": 201
        }
      }
    },
    "update": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "providers:manage"
          }
        },
        "route": {
          "method": "PATCH",
          "path": "/providers/{providerId}",
          "summary": "Change a sign-in provider",
          "description": "Settings and mappings are replaced as a whole. A secret of null is removed, one left out stays."
        }
      }
    },
    "remove": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "providers:manage"
          }
        },
        "route": {
          "method": "DELETE",
          "path": "/providers/{providerId}",
          "summary": "Remove a sign-in provider",
          "description": "Its people stay, without the roles that its groups gave them.",
          "successStatus": 204
        }
      }
    },
    "test": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "providers:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/providers/{providerId}/test",
          "summary": "Try whether a sign-in provider answers as it should",
          "description": "Nobody is signed in. With `login`, a directory is asked who that is."
        }
      }
    }
  },
  "signInProviders": {
    "list": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "open": "public",
            "reason": "The sign-in page shows them before anybody is known; only names are told."
          }
        },
        "route": {
          "method": "GET",
          "path": "/auth/providers",
          "summary": "Ways to sign in beside a password"
        }
      }
    }
  },
  "organisations": {
    "list": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "organisations:read"
          }
        },
        "route": {
          "method": "GET",
          "path": "/organisations",
          "summary": "List organisations"
        }
      }
    },
    "create": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "organisations:create"
          }
        },
        "route": {
          "method": "POST",
          "path": "/organisations",
          "summary": "Create an organisation with its first site",
          "successStatus": 201
        }
      }
    },
    "update": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "organisations:manage"
          }
        },
        "route": {
          "method": "PATCH",
          "path": "/organisations/{orgId}",
          "summary": "Rename an organisation"
        }
      }
    },
    "setPartner": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "organisations:create"
          }
        },
        "route": {
          "method": "PUT",
          "path": "/organisations/{orgId}/partner",
          "summary": "Put an organisation under a partner, or under none",
          "description": "Whoever has a role in all of the partner has it here, too. A partner has no partner of its own."
        }
      }
    },
    "remove": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "organisations:create"
          }
        },
        "route": {
          "method": "DELETE",
          "path": "/organisations/{orgId}",
          "summary": "Remove an organisation",
          "description": "Refused while it has devices that are neither retired nor revoked, or is the partner of others.",
          "successStatus": 204
        }
      }
    }
  },
  "sites": {
    "create": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "organisations:manage"
          }
        },
        "route": {
          "method": "POST",
          "path": "/sites",
          "summary": "Create a site",
          "successStatus": 201
        }
      }
    },
    "update": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "organisations:manage"
          }
        },
        "route": {
          "method": "PATCH",
          "path": "/sites/{siteId}",
          "summary": "Change a site"
        }
      }
    },
    "remove": {
      "~orpc": {
        "errorMap": {},
        "meta": {
          "access": {
            "permission": "organisations:manage"
          }
        },
        "route": {
          "method": "DELETE",
          "path": "/sites/{siteId}",
          "summary": "Remove a site",
          "description": "Refused while devices or enrolment tokens belong to it, and for the last site of an organisation.",
          "successStatus": 204
        }
      }
    }
  }
};

export const COMMAND_CATALOGUE = {
  "inventory.collect": {
    "title": "Collect inventory",
    "permission": "inventory:collect",
    "risk": "read"
  },
  "network.connections": {
    "title": "List connections",
    "permission": "connections:read",
    "risk": "read"
  },
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
