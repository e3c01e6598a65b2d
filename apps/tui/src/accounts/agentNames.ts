/**
 * The names of an account's agents, kept, so that a question that is answered from what is kept needs no request.
 *
 * Fails    never: what can't be read is asked for again, what can't be written is not kept
 */
import type { AgentDirectory } from "@dwell/core/AgentDirectory"
import * as PrivateFile from "@dwell/core/PrivateFile"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { dataFolder } from "./xdg.ts"

/** In columns: thousands of objects would take a tenth of a second to decode. */
const Names = Schema.parseJson(
  Schema.Struct({
    /** Unix seconds. */
    readAt: Schema.Number,
    agents: Schema.Array(Schema.Number),
    names: Schema.Array(Schema.NullOr(Schema.String)),
    teams: Schema.Array(Schema.NullOr(Schema.String)),
  }),
)

export interface Kept {
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
    const kept: Kept = { readAt, directory }
    return kept
  }).pipe(Effect.option)

export const save = (account: string, { directory, readAt }: Kept) =>
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

/** Names are read again after an hour, where the vendor is asked anyway. */
const freshSeconds = 3600

/** Whether names should be read again, at an instant, for some agents. */
export const areOutdated = (kept: Option.Option<Kept>, now: number, agents: ReadonlyArray<number>): boolean =>
  Option.match(kept, {
    onNone: () => true,
    onSome: ({ directory, readAt }) => now >= readAt + freshSeconds || agents.some((agent) => !directory.has(agent)),
  })
