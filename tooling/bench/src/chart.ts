/**
 * The picture of figures, docs/performance.svg: how many times as long as Dwell others take.
 *
 * Shape    a row a runner, a logarithmic scale, Dwell at 1; readable on light and dark ground, and by its title and text
 */
import { scaleBand, scaleLog } from "d3-scale"
import { type Kept, ratio } from "./Results.ts"

interface Bar {
  readonly key: string
  readonly label: string
  /** A heading has none. */
  readonly times: number | null
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

const plain = (text: string): string => text.replaceAll("`", "")

const bars = ({ usual }: Kept): ReadonlyArray<Bar> =>
  (usual?.races ?? []).flatMap(({ id, runners, title }): ReadonlyArray<Bar> => {
    const [ours, ...others] = runners
    if (ours === undefined || ours.missing !== null) return []
    const shown = others.filter((runner) => !runner.isOurs && runner.missing === null)
    if (shown.length === 0) return []
    return [
      { key: id, label: plain(title), times: null },
      ...shown.map((runner) => ({
        key: `${id} ${runner.id}`,
        label: plain(runner.title),
        times: ratio(runner, ours, ({ ms }) => ms),
      })),
    ]
  })

const rowHeight = 22
const left = 400
const right = 90
const width = 900
const top = 58
const bottom = 34

const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .heading { font-weight: 600 }
  .title { font-size: 16px; font-weight: 600 }
  .quiet { fill: #59636e }
  .grid { stroke: #d1d9e0 }
  .one { stroke: #1f2328; stroke-width: 1.5 }
  .slower { fill: #2f81b7 }
  .quicker { fill: #c2703d }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .quiet { fill: #9198a1 }
    .grid { stroke: #3d444d }
    .one { stroke: #f0f6fc }
    .slower { fill: #4c9fd5 }
    .quicker { fill: #d98c5c }
  }`

const sentence = ({ label, times }: Bar): string =>
  times === null ? `${label}:` : `${label} takes ${times.toFixed(2)} times as long;`

/** Draws the picture. */
export const render = (kept: Kept): string => {
  const rows = bars(kept)
  const values = rows.flatMap(({ times }) => (times === null ? [] : [times]))
  const height = top + rows.length * rowHeight + bottom
  const x = scaleLog()
    .domain([Math.min(0.5, ...values), Math.max(2, ...values)])
    .range([left, width - right])
    .nice()
  const y = scaleBand()
    .domain(rows.map(({ key }) => key))
    .range([top, height - bottom])
    .padding(0.3)
  const ticks = x.ticks().filter((tick) => /^1|^0\.0*1/.test(String(tick)))
  const axis = ticks.map((tick) => {
    const at = x(tick).toFixed(1)
    return `<text class="quiet" x="${at}" y="${height - bottom + 18}" text-anchor="middle">${tick} ×</text>`
  })
  /** Lines beside bars alone: headings need the room. */
  const grid = (band: number): string => {
    const gap = (y.step() - y.bandwidth()) / 2
    const [from, to] = [(band - gap).toFixed(1), (band + y.bandwidth() + gap).toFixed(1)]
    const lines = ticks.map((tick) => {
      const at = x(tick).toFixed(1)
      return `<line class="${tick === 1 ? "one" : "grid"}" x1="${at}" x2="${at}" y1="${from}" y2="${to}"/>`
    })
    return lines.join("")
  }
  const drawn = rows.map(({ key, label, times }) => {
    const band = y(key) ?? 0
    const base = (band + y.bandwidth() / 2 + 4.5).toFixed(1)
    if (times === null) return `<text class="heading" x="12" y="${base}">${escaped(label)}</text>`
    const from = Math.min(x(1), x(times))
    const length = Math.abs(x(times) - x(1))
    const end = (Math.max(x(1), x(times)) + 6).toFixed(1)
    return (
      grid(band) +
      `<text x="24" y="${base}">${escaped(label)}</text>` +
      `<rect class="${times < 1 ? "quicker" : "slower"}" x="${from.toFixed(1)}" y="${band.toFixed(1)}" ` +
      `width="${length.toFixed(1)}" height="${y.bandwidth().toFixed(1)}" rx="2"/>` +
      `<text class="quiet" x="${end}" y="${base}">${times.toFixed(times < 10 ? 2 : 0)} ×</text>`
    )
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title text">
<title id="title">How many times as long as Dwell others take</title>
<desc id="text">Times relative to Dwell, on a logarithmic scale; under 1 is quicker. ${escaped(rows.map(sentence).join(" "))}</desc>
<style>${style}
</style>
<text class="title" x="12" y="24">How many times as long as Dwell others take</text>
<text class="quiet" x="12" y="42">Logarithmic; to the left of 1 they are quicker</text>
${axis.join("\n")}
${drawn.join("\n")}
</svg>
`
}
