/**
 * How much generated data the tests try.
 *
 * `npm test` runs with an effort of 1. `npm run test:long` sets DWELL_TEST_EFFORT to a larger number.
 */

/** The factor by which tests multiply their number of generated cases. */
export const effort = Number(process.env["DWELL_TEST_EFFORT"] ?? 1)

if (!(effort > 0)) throw new Error("DWELL_TEST_EFFORT must be a number above 0")

/** How many cases to run where `cases` are enough for every commit; at least one. */
export const runs = (cases: number): number => Math.max(1, Math.round(cases * effort))
