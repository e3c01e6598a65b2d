/**
 * The API in a process of Node: an event store a file, and keys in another one beside them.
 *
 * Shape    `DATA/accounts/NAME.sqlite`, `DATA/keys.sqlite`, all their owner's alone; one process at a time has a folder
 * Fails    `Fixable` names the folder or the port
 */
import { hash } from "node:crypto"
import { closeSync, existsSync, mkdirSync, openSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as zlib from "node:zlib"
import * as nodeDriver from "@dwell/core/EventStore/nodeDriver"
import * as sqlite from "@dwell/core/EventStore/sqlite"
import type { StoreError } from "@dwell/core/StoreError"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { createAdaptorServer } from "@hono/node-server"
import { serveStatic } from "@hono/node-server/serve-static"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import type * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type { MiddlewareHandler } from "hono"
import { compress } from "hono/compress"
import { etag } from "hono/etag"
import * as Answers from "../account/ResponseCache.ts"
import { make as accountApp } from "../routes/accountApp.ts"
import { follow } from "../account/vendorSync.ts"
import { open, type Opened } from "../account/openAccount.ts"
import { Live } from "../account/LiveFeed.ts"
import { Vendor } from "../account/VendorConnection.ts"
import * as Check from "../gateway/authenticate.ts"
import type { Environment } from "../environment/environment.ts"
import { Fixable } from "../commands/cliErrors.ts"
import * as front from "../gateway/gateway.ts"
import * as keysApp from "../keys/routes/keysApp.ts"
import { hasEnded } from "../keys/checkRoute.ts"
import { has } from "../keys/Caller.ts"
import * as Jwt from "../keys/jwt.ts"
import { layer as keyRing } from "./keyFile.ts"
import { callerOf, type KeyRing } from "../keys/KeyStore.ts"
import * as observing from "../gateway/telemetry.ts"
import { document } from "../openapi/document.ts"
import { response, valueOf } from "../http/problem.ts"
import { exposition } from "./prometheus.ts"
import * as RateLimit from "../http/rateLimit.ts"
import * as Reopening from "../retryingRuntime.ts"
import { layerOf } from "../environment/vendorCredentials.ts"

export interface Options {
  readonly environment: Environment
  readonly data: string
  readonly port: number
  /** Default: 127.0.0.1. */
  readonly hostname?: string
  /** From one poll of a vendor to the next, in seconds. Default: 20. */
  readonly everySeconds?: number
  /** How many days are fetched at first. Default: 7. */
  readonly days?: number
  /** The folder of what browsers load. */
  readonly assets: string
  /** Default: all lines, on stdout. */
  readonly observing?: observing.Options
  /** Milliseconds since 1970; what waits, waits in real time all the same. Default: this machine's clock. */
  readonly now?: () => number
}

export interface Served {
  /** Without a slash at its end. */
  readonly url: string
  readonly port: number
  readonly keys: Reopening.Reopening<KeyRing, StoreError>
  /** Answers what was asked, for some seconds at most, and then ends. */
  readonly close: () => Promise<void>
}

/** The answers of all accounts are held in so much. */
const answerBytes = 64_000_000
/** How long a writer waits for another one. */
const patienceMillis = 5000
/** Whoever is still being answered when the server ends has so long. */
const graceMillis = 5000
/** A key that another process revokes is refused after so long. */
const heldMillis = 5000
/** So often a store that can't be opened is tried again for who follows its account. */
const reopenEvery = "1 minute"
/** Whoever sends headers has so long. */
const headersMillis = 15_000

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

/** The file of an account; where the file system takes A for a, two accounts still are two files. */
const fileOf = (data: string, account: string): string =>
  join(data, "accounts", `${account.replaceAll(/[A-Z]/g, (letter) => `=${letter.toLowerCase()}`)}.sqlite`)

/** Makes a folder, and holds it against another process until it is closed, or the process ends, however it does. */
const hold = (data: string): DatabaseSync => {
  const path = join(data, "lock.sqlite")
  try {
    mkdirSync(join(data, "accounts"), { recursive: true, mode: 0o700 })
    makeFile(path)
  } catch (error) {
    throw new Fixable({
      message: `${data}: nothing can be kept in it (${error instanceof Error ? error.message : String(error)}). Check who may write there, or give another --data.`,
    })
  }
  const lock = new DatabaseSync(path)
  try {
    lock.exec("BEGIN EXCLUSIVE")
    return lock
  } catch {
    lock.close()
    throw new Fixable({ message: `${data}: another dwell-api is at work in it. End that one, or give another --data.` })
  }
}

/** Whether a request brings something to keep. */
const isFeeding = ({ method, url }: Request): boolean => {
  const [, , , , ...place] = new URL(url).pathname.split("/")
  return ["POST events", "PUT agents"].includes(`${method} ${place.join("/")}`)
}

const packed = compress()
/** Packs an answer for who takes that; of all others not even the headers are looked at. */
const packing: MiddlewareHandler = (c, next) =>
  c.req.header("accept-encoding") === undefined ? next() : packed(c, next)

const processNow = () => {
  const { system, user } = process.cpuUsage()
  return {
    residentBytes: process.memoryUsage.rss(),
    cpuSeconds: (user + system) / 1_000_000,
    startedAt: Math.floor(performance.timeOrigin / 1000),
  }
}

/** A clock of Effect's that says what another one says. */
const clockOf = (now: () => number): Clock.Clock =>
  Object.assign(Clock.make(), {
    unsafeCurrentTimeMillis: now,
    unsafeCurrentTimeNanos: () => BigInt(Math.round(now() * 1000)) * 1000n,
  })

const gatheringMillis = 100

/** Gathers what is there to be done, and does it at one go: between two answers it would take several times as long. */
const gathered = <A>(act: (all: ReadonlyArray<A>) => void) => {
  let waiting: Array<A> = []
  const flush = (): void => {
    const all = waiting
    waiting = []
    if (all.length > 0) act(all)
  }
  return {
    add: (one: A): void => {
      if (waiting.length === 0) setTimeout(flush, gatheringMillis).unref()
      waiting.push(one)
    },
    flush,
  }
}

/** Serves until it is closed. */
export const serve = async (options: Options): Promise<Served> => {
  const { assets, data, days = 7, environment, everySeconds = 20, hostname = "127.0.0.1", now, port } = options
  const nowMillis = now ?? Date.now
  const { adminKey, otlp, requestsPerMinute, settings, vendors } = environment
  const lock = hold(data)
  const lines = gathered<string>((all) => void process.stdout.write(`${all.join("\n")}\n`))
  const { failed, layer: observed, saw } = observing.make({ otlp, write: lines.add, ...options.observing })
  const layer = now === undefined ? observed : Layer.merge(observed, Layer.setClock(clockOf(now)))
  const requests = gathered<observing.Seen>((all) => {
    for (const seen of all) saw(seen)
  })
  const observe = ManagedRuntime.make(layer)
  const { memoMap } = observe
  const keys = Reopening.make(
    () =>
      keyRing(data, adminKey === null ? {} : { adminKey }).pipe(
        Layer.provide(NodeContext.layer),
        Layer.provideMerge(layer),
      ),
    memoMap,
  )
  const tokens = (jwt: Jwt.Jwt) => (token: Redacted.Redacted) =>
    observe.runPromiseExit(Jwt.callerOf(jwt)(token)).then(valueOf)
  const checks = Check.make({
    ofRing: async (key) => valueOf(await keys.run(callerOf(key))),
    ...(environment.jwt === null ? {} : { ofToken: tokens(Jwt.make(environment.jwt)) }),
    heldMillis,
    now: nowMillis,
    digest: (text) => hash("sha256", text, "base64"),
  })

  const app = accountApp()
  const answersOfAccount = Answers.room(answerBytes)
  const opened = new Map<string, Opened>()
  const placeOf = (account: string): Opened => {
    const known = opened.get(account)
    if (known !== undefined) return known
    const place = open({
      driver: driverOf(fileOf(data, account)),
      name: account,
      settings,
      vendor: layerOf(vendors, account, FetchHttpClient.layer),
      answers: answersOfAccount(),
      requestsPerMinute,
      observing: layer,
      memoMap,
      now: nowMillis,
    })
    opened.set(account, place)
    return place
  }

  const there = new Set<string>()
  /** Whether anything was ever kept of an account. */
  const isThere = (account: string): boolean => {
    if (!there.has(account) && existsSync(fileOf(data, account))) there.add(account)
    return there.has(account)
  }

  const keyRoutes = keysApp.make()
  const rate = RateLimit.make({ ...RateLimit.standard, limit: requestsPerMinute })
  const routes = front.make({
    check: checks.check,
    keys: async (request, asking) => {
      const answer = await keyRoutes.fetch(request, {
        ...asking,
        check: checks.check,
        bodySeconds: settings.bodySilenceSeconds,
        run: keys.run,
        observe: (effect) => observe.runPromise(effect),
      })
      if (hasEnded(request, answer)) checks.forget()
      return answer
    },
    account: async (request, asking) => {
      const { account, caller, requestId } = asking
      // Who may use all accounts, and misspells one, makes none but by what is kept there.
      if (caller.accounts === "*" && !isThere(account) && !(has(caller, "ingest") && isFeeding(request)))
        return response(front.noAccount, requestId)
      return app.fetch(request, { ...placeOf(account), ...asking })
    },
    openapi: document,
    limit: (key) => rate.take(key, nowMillis()),
    isReady: async () => Exit.isSuccess(await keys.run(Effect.void)),
    saw: requests.add,
    failed: (error, requestId) => void observe.runFork(failed(error, requestId)),
    origins: environment.origins,
    metrics: () => {
      requests.flush()
      return exposition(processNow())
    },
    before: [
      ["*", packing],
      ["/assets/*", etag()],
      [
        "/assets/*",
        serveStatic({
          root: assets,
          rewriteRequestPath: (path) => path.replace(/^\/assets/, ""),
          precompressed: true,
          onFound: (_, c) => c.header("Cache-Control", "public, max-age=0, must-revalidate"),
        }),
      ],
    ],
  })

  const server = createAdaptorServer({ fetch: routes.fetch })
  if ("headersTimeout" in server) {
    server.headersTimeout = headersMillis
    // A body may take as long as it takes, as long as it keeps coming.
    server.requestTimeout = 0
    server.keepAliveTimeout = 65_000
  }
  const ending = new AbortController()
  const bound = await new Promise<number>((resolve, reject) => {
    const refused = (error: Error) => {
      lock.close()
      reject(
        new Fixable({ message: `port ${port} of ${hostname} can't be had (${String(error)}). Give another --port.` }),
      )
    }
    server.once("error", refused)
    server.listen(port, hostname, () => {
      server.off("error", refused)
      const address = server.address()
      resolve(typeof address === "object" && address !== null ? address.port : port)
    })
  })
  /** Until only a person can help; where the store can't be opened, it is tried again. */
  const followed = (account: string) => {
    const following = Effect.flatMap(Vendor, (vendor) =>
      vendor === null ? Effect.void : Effect.provide(follow({ days, everySeconds }), vendor),
    )
    const ended = Effect.catchAllCause(following, (cause) =>
      Effect.logError(`${account} is not followed any more`, cause),
    )
    return Effect.promise((signal) => placeOf(account).run(ended, signal)).pipe(
      Effect.flatten,
      Effect.tapError(({ message }) => Effect.logError(`${account} can't be followed: ${message}`)),
      Effect.retry(Schedule.spaced(reopenEvery)),
    )
  }
  const followers = Object.keys(vendors).map((account) =>
    observe.runPromiseExit(followed(account), { signal: ending.signal }),
  )
  return {
    url: `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${bound}`,
    port: bound,
    keys,
    close: async () => {
      const closed = new Promise((done) => server.close(done))
      ending.abort()
      const late = setTimeout(() => {
        if ("closeAllConnections" in server) server.closeAllConnections()
      }, graceMillis)
      // Those who listen would go on for ever; the others are answered first.
      await Promise.all([...opened.values()].map(({ run }) => run(Effect.flatMap(Live, ({ end }) => end))))
      if ("closeIdleConnections" in server) server.closeIdleConnections()
      await Promise.all([closed, ...followers])
      clearTimeout(late)
      await Promise.all([...opened.values()].map(({ close }) => close()))
      requests.flush()
      await Promise.all([keys.close(), observe.dispose()])
      lines.flush()
      lock.close()
    },
  }
}
