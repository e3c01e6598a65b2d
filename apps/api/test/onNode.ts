/** The API in this process, on a socket of its own, with real files. */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { whenDone } from "@dwell/testing/resources"
import { folder } from "@dwell/testing/scratch"
import * as Either from "effect/Either"
import * as LogLevel from "effect/LogLevel"
import * as environment from "../src/environment/environment.ts"
import { serve } from "../src/node/server.ts"
import type * as telemetry from "../src/gateway/telemetry.ts"
import { adminKey, type SocketApi } from "./SocketApi.ts"

export interface NodeApi extends SocketApi {
  readonly data: string
}

export interface Options {
  /** Seconds from one poll of a vendor to the next. */
  readonly intervalSeconds?: number
  /** Where log lines go. Default: nowhere. */
  readonly observing?: telemetry.Options
  /** The server's clock, in milliseconds since 1970. Default: the machine's. */
  readonly now?: () => number
  /** What no variable can say: that something breaks. */
  readonly broken?: (environment: environment.Environment) => environment.Environment
}

/** Opens one, which is closed when the test file is done, if not before; variables as its environment has them. */
export const onNode = async (
  variables: Readonly<Record<string, string>> = {},
  {
    broken = (sound) => sound,
    intervalSeconds = 20,
    now,
    observing: watching = { minimum: LogLevel.None },
  }: Options = {},
): Promise<NodeApi> => {
  const data = folder()
  const assets = join(data, "assets")
  mkdirSync(assets)
  const read = environment.read({
    DWELL_ADMIN_KEY: adminKey,
    DWELL_REQUESTS_PER_MINUTE: "1000000",
    DWELL_TIMEZONE: "Europe/London",
    ...variables,
  })
  const served = await serve({
    environment: broken(Either.getOrThrow(read)),
    data,
    port: 0,
    assets,
    intervalSeconds,
    days: 1,
    observing: watching,
    ...(now === undefined ? {} : { now }),
  })
  let closed: Promise<void> | undefined
  const close = () => (closed ??= served.close())
  whenDone(close)
  return {
    url: served.url,
    data,
    adminKey,
    fetch: (path, init) => fetch(`${served.url}${path}`, { redirect: "manual", ...init }),
    close,
  }
}
