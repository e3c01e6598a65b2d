/**
 * Names and teams of agents: from a CSV file, or from the vendor.
 *
 * Shape    a map from agent id to name and team, `null` where not known
 * Fails    `InvalidInput` for a file, `ContactNowError` for the vendor
 * Source   docs/contactnow.md, section 5
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { InvalidInput } from "../InvalidInput.ts"
import type { Window } from "../time/Window.ts"
import { ContactNow } from "./ContactNow.ts"
import type { ContactNowError } from "./ContactNowError.ts"
import type { Texts } from "./smallResponse.ts"
import { Token } from "./Token.ts"

export interface AgentName {
  readonly name: string | null
  readonly team: string | null
}

export type AgentDirectory = ReadonlyMap<number, AgentName>

const text = (value: string | undefined): string | null => value?.trim() || null

const idOf = (value: string | undefined): number | null => {
  const id = /^\d+$/.test(value?.trim() ?? "") ? Number(value) : 0
  return Number.isSafeInteger(id) && id > 0 ? id : null
}

/**
 * Reads a list of agent ids.
 *
 * @example
 * Either.getOrThrow(AgentDirectory.parseIds("700101, 700102")) // => [ 700101, 700102 ]
 */
export const parseIds = (list: string): Either.Either<ReadonlyArray<number>, InvalidInput> => {
  const texts = list.split(",").map((id) => id.trim())
  const wrong = texts.find((id) => !/^\d+$/.test(id) || !Number.isSafeInteger(Number(id)))
  if (wrong === undefined) return Either.right(texts.map(Number))
  return Either.left(
    new InvalidInput({
      what: "--agent",
      issue: `${JSON.stringify(wrong)} is not an agent id`,
      remedy: "Give ids such as 700101,700102.",
    }),
  )
}

/** The agent's name; which field holds it is not documented, so all that have been seen anywhere are tried. */
const nameIn = (row: Texts): string | null => {
  for (const field of ["name", "description", "agentname", "anm"]) {
    const name = text(row.get(field))
    if (name !== null) return name
  }
  return text(`${row.get("firstname") ?? ""} ${row.get("lastname") ?? ""}`)
}

const directory = (
  rows: ReadonlyArray<Texts>,
  id: string,
  name: (row: Texts) => string | null,
  team: (row: Texts) => string | null,
): AgentDirectory =>
  new Map(
    rows.flatMap((row): ReadonlyArray<[number, AgentName]> => {
      const agent = idOf(row.get(id))
      return agent === null ? [] : [[agent, { name: name(row), team: team(row) }]]
    }),
  )

/** The lines of a small table; cells part at the first `,` `;` or tab of its header. */
interface Line {
  readonly line: number
  readonly cells: ReadonlyArray<string>
  /** A cell begins with a quote that does not end with it. */
  readonly isBroken: boolean
}

const tableOf = (content: string): ReadonlyArray<Line> => {
  const separator = /[,;\t]/.exec(content)?.[0] ?? ","
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^${separator}\r\n]*))(${separator}|\r\n?|\n|$)`, "y")
  const table: Array<Line> = []
  let line = 1
  let begun = 1
  let cells: Array<string> = []
  let isBroken = false
  while (cell.lastIndex < content.length) {
    const found = cell.exec(content)
    if (found === null) break
    const [whole, quoted, plain = "", end] = found
    cells.push((quoted?.replaceAll('""', '"') ?? plain).trim())
    isBroken ||= plain.trimStart().startsWith('"')
    line += whole.split(/\r\n?|\n/).length - 1
    if (end === separator && cell.lastIndex < content.length) continue
    if (end === separator) cells.push("")
    table.push({ line: begun, cells, isBroken })
    begun = line
    cells = []
    isBroken = false
  }
  return table.filter((row) => row.cells.some((held) => held !== ""))
}

/**
 * Reads a table of agents: a header line with `agent`, and `name`, `team` or both; `name` is the file's, for messages.
 *
 * @example
 * Either.getOrThrow(AgentDirectory.fromCsv("agent,name,team\n7,Ada,Sales", "agents.csv")).get(7) // => { name: 'Ada', team: 'Sales' }
 */
export const fromCsv = (content: string, name: string): Either.Either<AgentDirectory, InvalidInput> => {
  const refuse = (line: number | null, issue: string) =>
    Either.left(
      new InvalidInput({
        what: line === null ? name : `${name}, line ${line}`,
        issue,
        remedy: "Give a CSV file whose first line is agent,name,team.",
      }),
    )
  const [header, ...rows] = tableOf(content.replace(/^\uFEFF/, ""))
  if (header === undefined) return refuse(null, "it is empty")
  const titles = header.cells.map((title) => title.toLowerCase())
  const column = (title: string) => titles.indexOf(title)
  if (column("agent") < 0) return refuse(header.line, "no column is called agent")
  if (column("name") < 0 && column("team") < 0) return refuse(header.line, "no column is called name or team")
  const agents = new Map<number, AgentName>()
  for (const { cells, isBroken, line } of rows) {
    if (isBroken) return refuse(line, "a cell begins with a quote that does not end it")
    if (cells.length !== titles.length) {
      return refuse(line, `it has ${cells.length} cells where the first line has ${titles.length}`)
    }
    const given = cells[column("agent")] ?? ""
    const agent = idOf(given)
    if (agent === null) return refuse(line, `"${given.slice(0, 40)}" is not an agent id`)
    if (agents.has(agent)) return refuse(line, `agent ${agent} stands there for the second time`)
    agents.set(agent, { name: text(cells[column("name")]), team: text(cells[column("team")]) })
  }
  return Either.right(agents)
}

/**
 * Asks the vendor: its list of agents, and for names that has not, and for teams, the agents with calls in the window.
 * What one of the two refuses, the other may still tell; only when both fail does this.
 */
export const fromVendor = (window: Window): Effect.Effect<AgentDirectory, ContactNowError, ContactNow | Token> =>
  Effect.gen(function* () {
    const { ask } = yield* ContactNow
    const { use } = yield* Token
    const listed = use((token) =>
      ask({
        script: "database.php",
        method: "GET",
        // Without the filter, deleted agents (999) and a set of a telephone system (505050) come too.
        params: { method: "agents", action: "read", raw: "1", filter: "NOT IN (999, 505050)", token },
      }),
    ).pipe(
      Effect.map(({ list }) =>
        directory(list, list.some((row) => row.has("agentid")) ? "agentid" : "agent", nameIn, (row) =>
          text(row.get("team")),
        ),
      ),
    )
    const reported = use((token) =>
      ask({
        script: "reporting.php",
        method: "GET",
        params: {
          method: "calls",
          fields: "aid,anm,tid,tnm",
          range: `${window.from}:${Math.max(window.from, window.to - 1)}`,
          groupby: "aid",
          token,
        },
      }),
    ).pipe(
      Effect.map(({ list }) =>
        directory(list, "aid", nameIn, (row) => (row.get("tid") === "0" ? null : text(row.get("tnm")))),
      ),
    )
    const [agents, calls] = yield* Effect.all([Effect.either(listed), Effect.either(reported)], { concurrency: 2 })
    if (Either.isLeft(agents) && Either.isLeft(calls)) return yield* agents.left
    const one: AgentDirectory = Either.getOrElse(agents, () => new Map())
    const other: AgentDirectory = Either.getOrElse(calls, () => new Map())
    return new Map(
      [...new Set([...one.keys(), ...other.keys()])].map((agent) => [
        agent,
        {
          name: one.get(agent)?.name ?? other.get(agent)?.name ?? null,
          team: one.get(agent)?.team ?? other.get(agent)?.team ?? null,
        },
      ]),
    )
  })
