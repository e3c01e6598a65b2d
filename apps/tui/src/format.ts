/**
 * Figures as people read them.
 *
 * Units    seconds in, `h:mm:ss` out; instants in Unix seconds
 */
import * as Calendar from "@dwell/core/Calendar"
import stringWidth from "string-width"

const two = (value: number): string => String(value).padStart(2, "0")

/** `1:02:03`; days are not split off, so that columns compare. */
export const duration = (seconds: number): string => {
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
}

/** `55.6 %`, or a dash where there is no figure. */
export const percent = (ratio: number | null): string => (ratio === null ? "–" : `${(100 * ratio).toFixed(1)} %`)

/** `12,345`: the same on every machine, whatever its language. */
export const count = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+$)/g, ",")

/** `2025-10-26 01:00:00`, in the zone. */
export const instant = (zone: Calendar.Zone, seconds: number): string =>
  Calendar.label(zone, seconds).slice(0, 19).replace("T", " ")

/** `2 rows`, `1 row`. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`

/** `12.3 MB`. */
export const bytes = (value: number): string => {
  const units = ["B", "kB", "MB", "GB", "TB"]
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)))
  const scaled = value / 1000 ** power
  return `${power === 0 ? count(scaled) : scaled.toFixed(1)} ${units[power] ?? "B"}`
}

const graphemes = new Intl.Segmenter("en")

/** Text in exactly so many terminal cells; what is cut off leaves an ellipsis. */
export const fit = (text: string, width: number, align: "left" | "right"): string => {
  let shown = text
  if (stringWidth(text) > width) {
    const characters = Array.from(graphemes.segment(text), ({ segment }) => segment)
    while (characters.length > 0 && stringWidth(characters.join("")) > width - 1) characters.pop()
    shown = `${characters.join("")}…`
  }
  const blank = " ".repeat(Math.max(0, width - stringWidth(shown)))
  return align === "left" ? shown + blank : blank + shown
}
