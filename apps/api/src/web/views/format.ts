/**
 * Figures as people read them on a page.
 *
 * Units    seconds in; durations as `h:mm:ss`, ages in the largest unit that fits
 */

const two = (value: number): string => String(value).padStart(2, "0")

/** `1:02:03`; days are not split off, so that columns compare. */
export const duration = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds))
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
}

/** `59 s`, `63 min`, `5 h`, `363 d`: how old something is, rounded down; hours to 48, then days. */
export const age = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 120) return `${whole} s`
  if (whole < 2 * 3600) return `${Math.floor(whole / 60)} min`
  if (whole < 48 * 3600) return `${Math.floor(whole / 3600)} h`
  return `${Math.floor(whole / 86_400)} d`
}

/** `55.6 %`, or a dash where there is no figure. */
export const percent = (ratio: number | null): string => (ratio === null ? "–" : `${(100 * ratio).toFixed(1)} %`)

/** `12,345`: the same on every machine, whatever its language. */
export const count = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+$)/g, ",")

/** `2 agents`, `1 agent`. */
export const plural = (value: number, one: string): string => `${count(value)} ${one}${value === 1 ? "" : "s"}`
