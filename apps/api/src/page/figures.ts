/**
 * Figures as people read them on a page.
 *
 * Units    seconds in, `h:mm:ss` out
 */

const two = (value: number): string => String(value).padStart(2, "0")

/** `1:02:03`; days are not split off, so that columns compare. */
export const duration = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds))
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
}

/** `55.6 %`, or a dash where there is no figure. */
export const percent = (ratio: number | null): string => (ratio === null ? "–" : `${(100 * ratio).toFixed(1)} %`)

/** `12,345`: the same on every machine, whatever its language. */
export const count = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+$)/g, ",")

/** `2 agents`, `1 agent`. */
export const plural = (value: number, one: string): string => `${count(value)} ${one}${value === 1 ? "" : "s"}`
