/**
 * What a status means: the table from statuses to the six categories that rates are made of.
 *
 * Shape    a table maps trimmed, lower-cased statuses; a status it does not name is `other`
 * Fails    `InvalidInput`, naming the entry, when a given table is not a JSON object of status to category
 * Source   docs/definitions.md, section "Categories and rates"
 */
import * as Either from "effect/Either"
import { InvalidInput } from "./InvalidInput.ts"

export const categories = ["available", "handling", "afterCall", "idle", "offline", "other"] as const

export type Category = (typeof categories)[number]

export type Table = ReadonlyMap<string, Category>

/**
 * The table that holds unless a person gives another.
 *
 * @example
 * Category.defaults.get("lunch") // => 'idle'
 */
export const defaults: Table = new Map<string, Category>([
  ["available", "available"],
  ["ready", "available"],
  ["wait", "available"],
  ["call", "handling"],
  ["ringing", "handling"],
  ["hold", "handling"],
  ["park", "handling"],
  ["preview", "handling"],
  ["dialling", "handling"],
  ["transfer", "handling"],
  ["wrap", "afterCall"],
  ["idle", "idle"],
  ["pause", "idle"],
  ["break", "idle"],
  ["lunch", "idle"],
  ["dnd", "idle"],
  ["offline", "offline"],
  ["logout", "offline"],
])

/**
 * The category of a status, which must already be trimmed and lower-cased.
 *
 * @example
 * Category.of(Category.defaults, "wrap") // => 'afterCall'
 * Category.of(Category.defaults, "training") // => 'other'
 */
export const of = (table: Table, status: string): Category => table.get(status) ?? "other"

/** Whether calls in a status of the category count as handled, as in `averageHandleTime`. */
export const isHandled = (category: Category): boolean => category === "handling" || category === "afterCall"

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

// Only what fits in a line is worth repeating, and a deep value cannot be written out at all.
const shown = (value: unknown): string =>
  typeof value === "object" && value !== null ? "an object or a list" : JSON.stringify(value)

const remedy = `Give a JSON object of status to category, such as {"training": "idle"}.`

const parseJson = (text: string, name: string): Either.Either<unknown, InvalidInput> =>
  Either.try({
    // Editors on Windows begin a file with a byte-order mark, which JSON does not allow.
    try: (): unknown => JSON.parse(text.replace(/^\uFEFF/, "")),
    catch: (error) =>
      new InvalidInput({
        what: name,
        issue: `it is not JSON (${error instanceof Error ? error.message : String(error)})`,
        remedy,
      }),
  })

/**
 * Reads a table of JSON text and lays it over the defaults, entry by entry. `name` is what its giver calls the text.
 *
 * @example
 * Either.getOrThrow(Category.parse('{"Training": "idle"}', "table.json")).get("training") // => 'idle'
 */
export const parse = (text: string, name: string): Either.Either<Table, InvalidInput> => {
  const refuse = (issue: string, todo: string) => Either.left(new InvalidInput({ what: name, issue, remedy: todo }))
  const json = parseJson(text, name)
  if (Either.isLeft(json)) return Either.left(json.left)
  if (!isObject(json.right)) return refuse("it is JSON but not an object", remedy)
  const given = new Map<string, { readonly key: string; readonly category: Category }>()
  for (const [key, value] of Object.entries(json.right)) {
    const entry = JSON.stringify(key)
    const status = key.trim().toLowerCase()
    if (status === "") return refuse(`the entry ${entry} names no status`, "Name a status or remove the entry.")
    const category = categories.find((each) => each === value)
    if (category === undefined) {
      const issue = `the entry ${entry} has ${shown(value)}, which is not a category`
      return refuse(issue, `Give one of ${categories.join(", ")}.`)
    }
    const earlier = given.get(status)
    if (earlier !== undefined && earlier.category !== category) {
      const issue = `the entries ${JSON.stringify(earlier.key)} and ${entry} give one status two categories`
      return refuse(`${issue}, ${earlier.category} and ${category}`, "Keep one of them.")
    }
    given.set(status, { key, category })
  }
  const table = new Map(defaults)
  for (const [status, { category }] of given) table.set(status, category)
  return Either.right(table)
}
