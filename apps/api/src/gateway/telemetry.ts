/**
 * Telemetry of requests: a log line of JSON each, metrics, and traces by OTLP if a collector is configured.
 *
 * Shape    no line, label or attribute holds a key, a name, or the text of a query
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as MetricLabel from "effect/MetricLabel"

/** One request, for logs and metrics. It holds no secret. */
export interface AccessLogEntry {
  /** The time of the response, milliseconds since 1970. */
  readonly at: number
  readonly requestId: string
  readonly method: string
  /** The route instead of the URL, so that it holds no name of an account or agent. */
  readonly route: string
  readonly status: number
  readonly seconds: number
  readonly key: string | null
  readonly account: string | null
}

const requestCounter = Metric.counter("dwell_http_requests_total", {
  description: "Requests answered",
  incremental: true,
})

const requestDurations = Metric.histogram(
  "dwell_http_request_seconds",
  MetricBoundaries.fromIterable([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]),
  "Duration of requests, in seconds",
)

interface Labels {
  readonly requests: ReadonlyArray<MetricLabel.MetricLabel>
  readonly seconds: ReadonlyArray<MetricLabel.MetricLabel>
}

const labelsOf = ({ method, route, status }: Pick<AccessLogEntry, "method" | "route" | "status">): Labels => {
  const seconds = [MetricLabel.make("method", method), MetricLabel.make("route", route)]
  return { seconds, requests: [...seconds, MetricLabel.make("status", `${status}`)] }
}

/** Made once for each of some hundred kinds of request: a metric is found by the identity of its labels. */
const labels = new Map<string, Labels>()

/** A line in the format of Effect's JSON logger. */
const lineOf = ({ at, seconds: took, ...seen }: AccessLogEntry, level: LogLevel.LogLevel): string =>
  JSON.stringify({
    message: "request",
    logLevel: level.label,
    timestamp: new Date(at).toISOString(),
    annotations: { ...seen, milliseconds: Math.round(took * 100_000) / 100 },
  })

export interface Options {
  /** The base URL of a collector of OTLP over HTTP, such as `http://127.0.0.1:4318`. Default: none. */
  readonly otlp?: string | null
  /** Writes a line. Default: to the console, as Workers do. */
  readonly write?: (line: string) => void
  /** Lines below this level are dropped. Default: Info. */
  readonly minimum?: LogLevel.LogLevel
}

export interface Telemetry {
  /** Sends log lines to `write`, and traces and metrics to the collector. */
  readonly layer: Layer.Layer<never>
  /** Counts a request and writes its line. */
  readonly logRequest: (seen: AccessLogEntry) => void
  /** Logs a bug. */
  readonly logBug: (error: unknown, requestId: string) => Effect.Effect<void>
}

/** Loaded only if there is a collector. */
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

// oxlint-disable-next-line no-console -- a Worker can only write to the console
const toConsole = (line: string): void => console.log(line)

/** Makes it. */
export const make = ({ minimum = LogLevel.Info, otlp = null, write = toConsole }: Options): Telemetry => {
  const lines = Layer.merge(
    Logger.replace(Logger.defaultLogger, Logger.map(Logger.jsonLogger, write)),
    Logger.minimumLogLevel(minimum),
  )
  return {
    layer: otlp === null ? lines : Layer.merge(lines, exporter(otlp)),
    logRequest: (seen) => {
      const kind = `${seen.method} ${seen.route} ${seen.status}`
      const known = labels.get(kind) ?? labelsOf(seen)
      labels.set(kind, known)
      requestCounter.unsafeUpdate(1, known.requests)
      requestDurations.unsafeUpdate(seen.seconds, known.seconds)
      const level = seen.status >= 500 ? LogLevel.Error : LogLevel.Info
      // A fiber per request would take longer than many responses.
      if (LogLevel.greaterThanEqual(level, minimum)) write(lineOf(seen, level))
    },
    logBug: (error, requestId) => Effect.annotateLogs(Effect.logError("a bug", Cause.die(error)), { requestId }),
  }
}
