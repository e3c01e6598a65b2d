/**
 * The middle of values.
 *
 * Shape    of an even number the mean of the two in the middle; `null` of none
 * Fails    never
 * Source   docs/definitions.md, section "Medians"
 * Cost     a sort
 */

/**
 * The median of those values that are known.
 *
 * @example
 * Median.of([4, null, 1, 2, 10]) // => 3
 */
export const of = (values: ReadonlyArray<number | null>): number | null => {
  const known = values.filter((value) => value !== null).toSorted((one, other) => one - other)
  const middle = known.length >>> 1
  const upper = known[middle]
  if (upper === undefined) return null
  return known.length % 2 === 1 ? upper : ((known[middle - 1] ?? upper) + upper) / 2
}
