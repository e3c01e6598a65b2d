/**
 * The stored names of an account's agents, so that a report on stored events needs no request.
 *
 * Fails    never: names that can't be read are fetched again, names that can't be written are not stored
 */
import type { AgentDirectory } from "@dwell/core/AgentDirectory"
import * as PrivateFile from "@dwell/core/PrivateFile"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { dataFolder } from "./xdg.ts"

/** In columns, since thousands of objects would take a tenth of a second to decode. */
const Names = Schema.parseJson(
  Schema.Struct({
    /** Unix seconds. */
    readAt: Schema.Number,
    agents: Schema.Array(Schema.Number),
    names: Schema.Array(Schema.NullOr(Schema.String)),
    teams: Schema.Array(Schema.NullOr(Schema.String)),
  }),
)

export interface StoredNames {
  /** When they were read, Unix seconds. */
  readonly readAt: number
  readonly directory: AgentDirectory
}

const fileOf = (account: string) =>
  Effect.gen(function* () {
    const path = yield* Path.Path
    return path.join(yield* dataFolder, `${account}.agents.json`)
  })

export const load = (account: string) =>
  Effect.gen(function* () {
    const text = yield* PrivateFile.read(yield* fileOf(account))
    const { agents, names, readAt, teams } = yield* Schema.decode(Names)(text)
    const directory = new Map(
      agents.map((agent, row) => [agent, { name: names[row] ?? null, team: teams[row] ?? null }]),
    )
    const stored: StoredNames = { readAt, directory }
    return stored
  }).pipe(Effect.option)

export const save = (account: string, { directory, readAt }: StoredNames) =>
  Effect.gen(function* () {
    const known = [...directory.values()]
    const columns = {
      readAt,
      agents: [...directory.keys()],
      names: known.map(({ name }) => name),
      teams: known.map(({ team }) => team),
    }
    yield* PrivateFile.write(yield* fileOf(account), yield* Schema.encode(Names)(columns))
  }).pipe(Effect.ignore)

/** After an hour, names are fetched again if other requests are made anyway. */
const maxAgeSeconds = 3600

/** Whether names should be fetched again: they are too old, or an agent is missing. */
export const isOutdated = (stored: Option.Option<StoredNames>, now: number, agents: ReadonlyArray<number>): boolean =>
  Option.match(stored, {
    onNone: () => true,
    onSome: ({ directory, readAt }) => now >= readAt + maxAgeSeconds || agents.some((agent) => !directory.has(agent)),
  })
