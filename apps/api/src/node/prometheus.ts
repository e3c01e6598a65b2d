/**
 * Effect's metrics as Prometheus reads them.
 *
 * Source   https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import * as Metric from "effect/Metric"
import type * as MetricKey from "effect/MetricKey"
import * as MetricKeyType from "effect/MetricKeyType"
import * as MetricState from "effect/MetricState"
import * as Option from "effect/Option"

const escaped = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")

const labels = (pairs: ReadonlyArray<readonly [string, string]>): string =>
  pairs.length === 0 ? "" : `{${pairs.map(([name, value]) => `${name}="${escaped(value)}"`).join(",")}}`

const edge = (boundary: number): string => (boundary === Infinity ? "+Inf" : `${boundary}`)

/** The lines of a metric. */
const samples = (
  name: string,
  tags: ReadonlyArray<readonly [string, string]>,
  state: unknown,
): ReadonlyArray<string> => {
  if (MetricState.isCounterState(state)) return [`${name}${labels(tags)} ${state.count}`]
  if (MetricState.isGaugeState(state)) return [`${name}${labels(tags)} ${state.value}`]
  if (!MetricState.isHistogramState(state)) return []
  return [
    ...state.buckets.map(([to, count]) => `${name}_bucket${labels([...tags, ["le", edge(to)]])} ${count}`),
    `${name}_sum${labels(tags)} ${state.sum}`,
    `${name}_count${labels(tags)} ${state.count}`,
  ]
}

/** A counter of Effect's that may fall is a gauge. */
const kindOf = (key: MetricKey.MetricKey.Untyped, state: unknown): string => {
  if (MetricState.isHistogramState(state)) return "histogram"
  return MetricKeyType.isCounterKey(key.keyType) && key.keyType.incremental ? "counter" : "gauge"
}

/** What the process itself is like, by the names that Prometheus' own clients use. */
export interface Process {
  readonly residentBytes: number
  readonly cpuSeconds: number
  readonly startedAt: number
}

const processLines = ({ cpuSeconds, residentBytes, startedAt }: Process): ReadonlyArray<string> => [
  "# TYPE process_resident_memory_bytes gauge",
  `process_resident_memory_bytes ${residentBytes}`,
  "# TYPE process_cpu_seconds_total counter",
  `process_cpu_seconds_total ${cpuSeconds}`,
  "# TYPE process_start_time_seconds gauge",
  `process_start_time_seconds ${startedAt}`,
]

/** All of them as text. */
export const exposition = (process: Process): string => {
  const byName = Map.groupBy(Metric.unsafeSnapshot(), ({ metricKey }) => metricKey.name)
  const lines: Array<string> = []
  for (const [name, found] of byName) {
    const known = found.flatMap(({ metricKey: { tags }, metricState }) =>
      samples(
        name,
        tags.map(({ key, value }) => [key, value] as const),
        metricState,
      ),
    )
    const [first] = found
    if (known.length === 0 || first === undefined) continue
    const help = Option.getOrUndefined(first.metricKey.description)
    if (help !== undefined) lines.push(`# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`)
    lines.push(`# TYPE ${name} ${kindOf(first.metricKey, first.metricState)}`, ...known)
  }
  return `${[...lines, ...processLines(process)].join("\n")}\n`
}

/** What the process is like now. */
export const processNow = (): Process => {
  const { system, user } = process.cpuUsage()
  return {
    residentBytes: process.memoryUsage.rss(),
    cpuSeconds: (user + system) / 1_000_000,
    startedAt: Math.floor(performance.timeOrigin / 1000),
  }
}
