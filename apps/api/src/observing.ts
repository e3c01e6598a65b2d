/**
 * What is told of requests: a line of JSON each, metrics, and, where a collector is named, traces by OTLP.
 *
 * Shape    no line, label or attribute holds a key, a name, or the text of a query
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import type { Seen } from "./front.ts"

const requests = Metric.counter("dwell_http_requests_total", { description: "Requests answered", incremental: true })

const seconds = Metric.histogram(
  "dwell_http_request_seconds",
  MetricBoundaries.fromIterable([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]),
  "How long requests took, in seconds",
)

type Labels = Readonly<Record<string, string>>

const tagged = <Type, In, Out>(metric: Metric.Metric<Type, In, Out>, labels: Labels) => {
  let result = metric
  for (const [name, value] of Object.entries(labels)) result = Metric.tagged(result, name, value)
  return result
}

const countersOf = ({ method, route, status }: Pick<Seen, "method" | "route" | "status">) => ({
  requests: tagged(requests, { method, route, status: `${status}` }),
  seconds: tagged(seconds, { method, route }),
})

/** Made once for each kind of request, of which there are some hundreds. */
const counters = new Map<string, ReturnType<typeof countersOf>>()

/** Counts a request and writes its line. */
export const saw = ({ seconds: took, ...seen }: Seen): Effect.Effect<void> => {
  const kind = `${seen.method} ${seen.route} ${seen.status}`
  const known = counters.get(kind) ?? countersOf(seen)
  counters.set(kind, known)
  const line = seen.status >= 500 ? Effect.logError("request") : Effect.logInfo("request")
  const milliseconds = Math.round(took * 100_000) / 100
  return Metric.increment(known.requests).pipe(
    Effect.zipRight(Metric.update(known.seconds, took)),
    Effect.zipRight(Effect.annotateLogs(line, { ...seen, milliseconds })),
  )
}

/** Writes down a bug. */
export const failed = (error: unknown, requestId: string): Effect.Effect<void> =>
  Effect.annotateLogs(Effect.logError("a bug", Cause.die(error)), { requestId })

export interface Options {
  /** The base URL of a collector of OTLP over HTTP, such as `http://127.0.0.1:4318`. Default: none. */
  readonly otlp?: string
  /** Takes lines, some at a time. Default: each goes to the console by itself. */
  readonly write?: (lines: string) => void
}

/** So long lines are gathered: a write for each would take as long as many an answer. */
const gathering = "100 millis"

const gathered = (write: (lines: string) => void) =>
  Logger.batched(Logger.jsonLogger, gathering, (lines) => Effect.sync(() => write(`${lines.join("\n")}\n`)))

/** Loaded where there is a collector to send to. */
const exporter = (baseUrl: string): Layer.Layer<never> =>
  Layer.unwrapEffect(
    Effect.promise(async () => {
      const [Otlp, http] = await Promise.all([
        import("@effect/opentelemetry/Otlp"),
        import("@effect/platform/FetchHttpClient"),
      ])
      return Layer.provide(Otlp.layerJson({ baseUrl, resource: { serviceName: "dwell-api" } }), http.layer)
    }),
  )

/** Log lines of JSON on stdout, and traces and metrics to the collector that is named. */
export const layer = ({ otlp, write }: Options): Layer.Layer<never> => {
  const lines = write === undefined ? Logger.json : Logger.replaceScoped(Logger.defaultLogger, gathered(write))
  return otlp === undefined ? lines : Layer.merge(lines, exporter(otlp))
}
