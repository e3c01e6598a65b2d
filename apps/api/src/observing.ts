/**
 * What is told of requests: a line of JSON each, metrics, and, where a collector is named, traces by OTLP.
 *
 * Shape    no line, label or attribute holds a key, a name, or the text of a query
 */
import * as Otlp from "@effect/opentelemetry/Otlp"
import { type HttpClient } from "@effect/platform/HttpClient"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import { type Seen } from "./front.ts"

const requests = Metric.counter("dwell_http_requests_total", { description: "Requests answered", incremental: true })

const seconds = Metric.histogram(
  "dwell_http_request_seconds",
  MetricBoundaries.fromIterable([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]),
  "How long requests took, in seconds",
)

/** Counts a request and writes its line. */
export const saw = ({ seconds: took, ...seen }: Seen): Effect.Effect<void> => {
  const labels = { method: seen.method, route: seen.route }
  return Effect.gen(function* () {
    yield* Metric.increment(tagged(requests, { ...labels, status: `${seen.status}` }))
    yield* Metric.update(tagged(seconds, labels), took)
    const line = Effect.annotateLogs({ ...seen, milliseconds: Math.round(took * 100_000) / 100 })
    yield* line(seen.status >= 500 ? Effect.logError("request") : Effect.logInfo("request"))
  })
}

/** Writes down a bug. */
export const failed = (error: unknown, requestId: string): Effect.Effect<void> =>
  Effect.annotateLogs(Effect.logError("a bug", Cause.die(error)), { requestId })

const tagged = <Type, In, Out>(metric: Metric.Metric<Type, In, Out>, labels: Readonly<Record<string, string>>) => {
  let result = metric
  for (const [name, value] of Object.entries(labels)) result = Metric.tagged(result, name, value)
  return result
}

export interface Options {
  /** The base URL of a collector of OTLP over HTTP, such as `http://127.0.0.1:4318`. Default: none. */
  readonly otlp?: string
  readonly http: Layer.Layer<HttpClient>
}

/** Log lines of JSON on stdout, and traces and metrics to the collector that is named. */
export const layer = ({ http, otlp }: Options): Layer.Layer<never> => {
  const lines = Logger.json
  if (otlp === undefined) return lines
  const exporter = Otlp.layerJson({ baseUrl: otlp, resource: { serviceName: "dwell-api" } })
  return Layer.merge(lines, Layer.provide(exporter, http))
}
