/**
 * Where a log is read from: a file, an account, or a Dwell API.
 *
 * Shape    one interface for all three; a source also warns on stderr about what it does not have
 * Units    Unix seconds
 */
import type { AgentDirectory } from "@dwell/core/AgentDirectory"
import type * as Calendar from "@dwell/core/Calendar"
import type { ContactNowError } from "@dwell/core/ContactNowError"
import type { EventLog } from "@dwell/core/EventLog"
import type { StoreError } from "@dwell/core/StoreError"
import type { Window } from "@dwell/core/Window"
import type { FileSystem } from "@effect/platform/FileSystem"
import type { HttpClient } from "@effect/platform/HttpClient"
import type { Path } from "@effect/platform/Path"
import type { ConfigError } from "effect/ConfigError"
import * as Effect from "effect/Effect"
import type { ApiUnavailable, NoCredentials, UsageError, UserError } from "../errors.ts"
import { instant } from "../format.ts"
import { say } from "../output.ts"
import type { Query } from "./query.ts"

/** The log of a window. */
export interface LogWindow {
  readonly log: EventLog
  readonly window: Window
  /** The names that the source has. */
  readonly names: AgentDirectory
  /** The parts of the window that could not be read. */
  readonly uncovered: ReadonlyArray<Window>
}

/** The log around an instant. */
interface LogMoment extends LogWindow {
  /** Until when the log is complete. */
  readonly known: number
  readonly agents: ReadonlyArray<number> | undefined
}

type SourceError = ApiUnavailable | ConfigError | ContactNowError | NoCredentials | StoreError | UsageError | UserError

type SourceServices = FileSystem | HttpClient | Path

export interface LogSource {
  /** Reads the window of a query. */
  readonly read: (query: Query) => Effect.Effect<LogWindow, SourceError, SourceServices>
  /** Reads from before an instant to where the statuses at that instant have ended. */
  readonly statusAround: (query: Query, at: number) => Effect.Effect<LogMoment, SourceError, SourceServices>
}

/** Whether an instant is in none of the gaps. */
export const isKnownAt = (at: number, uncovered: ReadonlyArray<Window>): boolean =>
  uncovered.every(({ from, to }) => at < from || at >= to)

/** Warns about gaps: `where` they are, and the `remedy`. */
export const warnGaps = (
  uncovered: ReadonlyArray<Window>,
  zone: Calendar.Zone,
  { remedy, where }: { readonly where: string; readonly remedy: string },
) => {
  const [first, ...others] = uncovered
  if (first === undefined) return Effect.void
  const span = `${instant(zone, first.from)} to ${instant(zone, first.to)}`
  const more = others.length === 0 ? "" : `, and ${others.length} more`
  return say(`${where}, so untracked: ${span}${more}. ${remedy}`)
}
