/**
 * The names and teams of an account's agents, kept beside its events.
 *
 * Shape    those that are put are written over, others stay
 * Fails    `StoreError`
 */
import type { AgentDirectory } from "@dwell/core/AgentDirectory"
import type { Driver } from "@dwell/core/EventStore/Driver"
import { attempt } from "@dwell/core/EventStore/sqlite"
import type { StoreError } from "@dwell/core/StoreError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"

export interface Service {
  readonly all: Effect.Effect<AgentDirectory, StoreError>
  /** Gives how many were not known, or not so. */
  readonly put: (names: AgentDirectory) => Effect.Effect<number, StoreError>
  /** When the vendor told all of them, Unix seconds; `null` for not since the account was opened. */
  readonly fetchedAt: Ref.Ref<number | null>
}

export class AgentNames extends Context.Tag("@dwell/api/AgentNames")<AgentNames, Service>() {}

export interface Options {
  readonly driver: Driver
  /** What messages call the store. */
  readonly name: string
  readonly onChange: () => void
}

const text = (cell: unknown): string | null => (typeof cell === "string" ? cell : null)

const make = ({ driver, onChange, ...options }: Options): Service => {
  const fetchedAt = Ref.unsafeMake<number | null>(null)
  let known: AgentDirectory | undefined
  const read = (): AgentDirectory =>
    new Map(
      driver
        .all("SELECT agent, name, team FROM names ORDER BY agent")
        .map(([agent, name, team]) => [Number(agent), { name: text(name), team: text(team) }]),
    )
  const write = (names: AgentDirectory): number =>
    driver.transaction("write", () => {
      let changed = 0
      for (const [agent, { name, team }] of names) {
        changed += driver.run(
          "INSERT INTO names(agent, name, team) VALUES (?, ?, ?) ON CONFLICT(agent) DO UPDATE SET name = excluded.name, " +
            "team = excluded.team WHERE name IS NOT excluded.name OR team IS NOT excluded.team",
          agent,
          name,
          team,
        )
      }
      return changed
    })
  return {
    fetchedAt,
    all: attempt({ driver, ...options }, () => (known ??= read())),
    // Who leaves in the middle leaves either both undone or neither.
    put: (names) =>
      Effect.uninterruptible(
        Effect.tap(
          attempt({ driver, ...options }, () => write(names)),
          (changed) => {
            if (changed === 0) return
            known = undefined
            onChange()
          },
        ),
      ),
  }
}

/** The names in a database that is open, and a store of events already. */
export const layer = (options: Options): Layer.Layer<AgentNames, StoreError> =>
  Layer.effect(
    AgentNames,
    attempt(options, () => {
      options.driver.exec("CREATE TABLE IF NOT EXISTS names(agent INTEGER PRIMARY KEY, name TEXT, team TEXT) STRICT")
      return make(options)
    }),
  )
