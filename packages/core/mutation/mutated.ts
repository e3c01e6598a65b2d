/** What is mutated, and the tests that are about it. */

/** By folder of src. */
const tests = new Map([
  ["interval", ["interval/", "definitions.test.ts", "report/"]],
  ["log", ["log/", "definitions.test.ts"]],
  ["store", ["store/", "live/sync.test.ts"]],
  ["contactnow", ["contactnow/"]],
])

const place = process.env["DWELL_MUTATED"] ?? ""
const own = tests.get(place.split("/")[0] ?? "")
if (own === undefined) throw new Error(`say what to mutate: ${[...tests.keys()].join(", ")}, or a file of one of them`)

/** Where the report goes: `.mutation/NAME.html` and `.mutation/NAME.json`. */
export const name = place.replaceAll("/", "-")

export const sources = place.endsWith(".ts") ? `src/${place}` : `src/${place}/**/*.ts`

/** Files and folders of test, the fastest first. */
export const testPlaces = own
