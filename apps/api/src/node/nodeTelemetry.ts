/**
 * Log lines and metrics of a process: gathered for a moment, then written at one go.
 */
import * as Clock from "effect/Clock"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as telemetry from "../gateway/telemetry.ts"

const batchMillis = 100

/** Gathers what is there to be done, and does it at one go: between two answers it would take several times as long. */
const batched = <A>(act: (all: ReadonlyArray<A>) => void) => {
  let waiting: Array<A> = []
  const flush = (): void => {
    const all = waiting
    waiting = []
    if (all.length > 0) act(all)
  }
  return {
    add: (one: A): void => {
      if (waiting.length === 0) setTimeout(flush, batchMillis).unref()
      waiting.push(one)
    },
    flush,
  }
}

/** A clock of Effect's that says what another one says. */
const clockOf = (now: () => number): Clock.Clock =>
  Object.assign(Clock.make(), {
    unsafeCurrentTimeMillis: now,
    unsafeCurrentTimeNanos: () => BigInt(Math.round(now() * 1000)) * 1000n,
  })

export interface Options {
  /** The base URL of a collector, or none. */
  readonly otlp: string | null
  /** Default: all lines, on stdout. */
  readonly observing?: telemetry.Options
  /** Milliseconds since 1970. Default: this machine's clock. */
  readonly now?: () => number
}

/** Log lines, metrics and the runtime that writes them. */
export const makeTelemetry = ({ now, observing, otlp }: Options) => {
  const lines = batched<string>((all) => void process.stdout.write(`${all.join("\n")}\n`))
  const { logBug, layer: written, logRequest } = telemetry.make({ otlp, write: lines.add, ...observing })
  const layer = now === undefined ? written : Layer.merge(written, Layer.setClock(clockOf(now)))
  const requests = batched<telemetry.AccessLogEntry>((all) => {
    for (const seen of all) logRequest(seen)
  })
  return { logBug, layer, lines, requests, runtime: ManagedRuntime.make(layer) }
}

export type NodeTelemetry = ReturnType<typeof makeTelemetry>
