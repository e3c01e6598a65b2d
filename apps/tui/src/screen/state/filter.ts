/**
 * What a filter lets through: words that have to be found in name, team, status or id, and thresholds such as `wrap>3m`.
 *
 * Shape    all words have to hold; a word in quotes may have blanks
 */
import * as Alert from "@dwell/core/Alert"
import * as Either from "effect/Either"
import { type Category } from "@dwell/core/Category"

/** What of a row a filter looks at. */
export interface Filtered {
  readonly agent: number | null
  readonly name: string | null
  readonly team: string | null
  readonly status?: string | null
  readonly category?: Category | null
  readonly since?: number | null
}

export type Filter = (row: Filtered, now: number) => boolean

/** Whether a visit has gone on for longer than a threshold allows. */
export const isOver = (
  { category, since, status }: Pick<Filtered, "status" | "category" | "since">,
  { name, seconds }: Alert.Threshold,
  now: number,
): boolean =>
  since !== null &&
  since !== undefined &&
  (name === status || name === category?.toLowerCase()) &&
  now - since > seconds

const word = (text: string): Filter => {
  const threshold = Alert.parse(text)
  if (Either.isRight(threshold)) return (row, now) => isOver(row, threshold.right, now)
  const wanted = text.toLowerCase()
  return ({ agent, category, name, status, team }) =>
    [name, team, status, category, agent === null ? null : `${agent}`].some(
      (value) => value?.toLowerCase().includes(wanted) === true,
    )
}

/** Reads a filter; of an empty one everything passes. */
export const parse = (text: string): Filter => {
  const words = Array.from(text.matchAll(/"([^"]*)"|(\S+)/g), ([, quoted, plain = ""]) => word(quoted ?? plain))
  return (row, now) => words.every((passes) => passes(row, now))
}
