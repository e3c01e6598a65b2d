/**
 * The API in a process of Node: an event store a file, and keys in another one beside them.
 *
 * Shape    `DATA/accounts/NAME.sqlite`, `DATA/keys.sqlite`, all their owner's alone; one process at a time has a folder
 * Fails    `Fixable` names the folder or the port
 */
import { chmodSync, mkdirSync, openSync, closeSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as zlib from "node:zlib"
import * as nodeDriver from "@dwell/core/EventStore/nodeDriver"
import * as sqlite from "@dwell/core/EventStore/sqlite"
import { StoreError } from "@dwell/core/StoreError"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { createAdaptorServer } from "@hono/node-server"
import { serveStatic } from "@hono/node-server/serve-static"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Hono } from "hono"
import { compress } from "hono/compress"
import { make as accountApp } from "./account/app.ts"
import { follow } from "./account/fetching.ts"
import { open, type Opened } from "./account/open.ts"
import { type Service as Settings } from "./account/Settings.ts"
import * as front from "./front.ts"
import * as observing from "./observing.ts"
import { document } from "./openapi/document.ts"
import { exposition } from "./prometheus.ts"
import { layerOf, type Vendors } from "./vendors.ts"

/** Something that whoever runs the server can put right. */
export class Fixable extends Data.TaggedError("Fixable")<{ readonly message: string }> {}

export interface Options {
  readonly data: string
  readonly port: number
  /** Default: 127.0.0.1. */
  readonly hostname?: string
  readonly settings: Settings
  /** Accounts that are read from the vendor here, and followed. */
  readonly vendors?: Vendors
  /** From one poll to the next, in seconds. Default: 20. */
  readonly everySeconds?: number
  /** Other sites whose pages may ask. */
  readonly origins?: ReadonlyArray<string>
  readonly otlp?: string
  readonly jwt?: Jwt.Options
  /** Requests a minute and key. */
  readonly requestsPerMinute?: number
  /** The folder of what browsers load. */
  readonly assets: string
}

export interface Served {
  /** Without a slash at its end. */
  readonly url: string
  readonly port: number
  /** For who has the keys in hand: the command that makes one before it serves. */
  readonly keys: ManagedRuntime.ManagedRuntime<KeyRing, StoreError>
  /** Answers what was asked, for some seconds at most, and then ends. */
  readonly close: () => Promise<void>
}

const answerBytes = 64_000_000
/** How long a writer waits for another one. */
const patienceMillis = 5000
/** Whoever is still being answered when the server ends has so long. */
const graceMillis = 5000

/** Makes a file before SQLite does, which would let others read it. */
const makeFile = (path: string): void => closeSync(openSync(path, "a", 0o600))

/** Opens a database until the scope ends. */
const driverOf = (path: string) =>
  Effect.gen(function* () {
    const named = { driver: nodeDriver, name: path }
    const database = yield* Effect.acquireRelease(
      sqlite.attempt(named, () => {
        makeFile(path)
        return new DatabaseSync(path, { timeout: patienceMillis })
      }),
      (opened) => Effect.sync(() => opened.close()),
    )
    return yield* sqlite.attempt(named, () => nodeDriver.make(database, zlib))
  })

/** Holds a folder against another process until it is closed, or the process ends, however it does. */
const hold = (data: string): DatabaseSync => {
  const path = join(data, "lock.sqlite")
  makeFile(path)
  const lock = new DatabaseSync(path)
  try {
    lock.exec("BEGIN EXCLUSIVE")
    return lock
  } catch {
    lock.close()
    throw new Fixable({ message: `${data}: another dwell-api is at work in it. End that one, or give another --data.` })
  }
}

/** Serves until it is closed. */
export const serve = async (options: Options): Promise<Served> => {
  const { assets, data, environment, everySeconds = 20, hostname = "127.0.0.1", port } = options
  mkdirSync(join(data, "accounts"), { recursive: true, mode: 0o700 })
  const lock = hold(data)
  const http = FetchHttpClient.layer
  const observe = ManagedRuntime.make(
    observing.layer({ http, ...(environment.otlp === null ? {} : { otlp: environment.otlp }) }),
  )
  const layer = Layer.effectDiscard(observe.runtimeEffect)
  const keys = ManagedRuntime.make(
    Layer.unwrapScoped(
      Effect.map(driverOf(join(data, "keys.sqlite")), (driver) => KeyRing.layer({ driver, name: "the keys" })),
    ),
  )
  const checking = Check.make({ environment, checkKey: (key) => keys.runPromiseExit(...) })
  return lock
}
