/**
 * Reads a log from a file or standard input, in any format.
 *
 * Fails    `UserError`, naming the file and what to do; `UsageError` for options that don't apply to a file
 */
import * as EventLog from "@dwell/core/EventLog"
import * as Format from "@dwell/core/format/Format"
import { Process } from "@dwell/terminal/Process"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as NodeStream from "@effect/platform-node/NodeStream"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { UsageError, UserError } from "../errors.ts"
import * as Progress from "../progress.ts"
import type { LogSource } from "./LogSource.ts"
import type { SourceOptions } from "./options.ts"
import { makeWindow } from "./query.ts"
import { instant, percent, plural } from "../format.ts"

const causes: Partial<Record<string, string>> = {
  NotFound: "there is no such file. Check the path",
  PermissionDenied: "you may not read it. Check its permissions",
  BadResource: "it is a folder. Give a file",
}

const unreadable = (name: string) => (error: PlatformError) =>
  new UserError({
    message: `${name}: ${(error._tag === "SystemError" ? causes[error.reason] : undefined) ?? `it can't be read (${error.message})`}.`,
  })

/** The text of a file. */
export const readText = (name: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    return yield* Effect.mapError(files.readFileString(name), unreadable(name))
  })

/** Large enough to read a file in few steps. */
const chunkBytes = 1_048_576

/** A file's bytes, in chunks that share their memory: use each chunk before pulling the next one. */
const fileBytes = (name: string): Stream.Stream<Uint8Array, UserError, FileSystem.FileSystem> =>
  Stream.unwrapScoped(
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const file = yield* Effect.mapError(files.open(name, { flag: "r" }), unreadable(name))
      const memory = new Uint8Array(chunkBytes)
      const next = Effect.mapError(file.read(memory), unreadable(name))
      return Stream.repeatEffectOption(
        Effect.flatMap(Effect.mapError(next, Option.some), (read) =>
          read === 0n ? Effect.fail(Option.none()) : Effect.succeed(memory.subarray(0, Number(read))),
        ),
      )
    }),
  )

/** The log of a file, and its name for messages. */
const readLog = (input: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const { stdin } = yield* Process
    const isStandard = input === "-"
    const name = isStandard ? "standard input" : input
    const bytes = isStandard
      ? NodeStream.fromReadable<UserError>(
          () => stdin,
          (error) => new UserError({ message: `${name}: it can't be read (${String(error)}).` }),
        )
      : fileBytes(input)
    const { size: bytesOfFile } = isStandard ? { size: 0 } : yield* Effect.mapError(files.stat(input), unreadable(name))
    // A pipe does not say how long it is.
    const size = Number(bytesOfFile) || null
    const meter = yield* Progress.make
    const collector = EventLog.collector()
    let read = 0
    const shown = () =>
      `Reading ${name}  ${size === null ? "" : `${percent(read / size)}  `}${plural(collector.rows, "row")}`
    const counted = Stream.tap(bytes, (chunk) => {
      read += chunk.length
      return meter.show(shown)
    })
    yield* Format.collect(counted, collector).pipe(
      Effect.catchTag(
        "FormatError",
        (error) =>
          new UserError({
            message: `${name}: ${error.message}. Give status_log rows as vendor JSON or XML, NDJSON or CSV; nothing was reported.`,
          }),
      ),
      Effect.ensuring(meter.clear),
    )
    return { name, log: collector.log() }
  })

/** Refuses options that mean nothing for a file. */
const rejectAccountOnlyFlags = ({ offline, refresh }: SourceOptions) => {
  const flag = offline ? "--offline" : refresh ? "--refresh" : undefined
  return flag === undefined
    ? Effect.void
    : new UsageError({
        message: `${flag}: a file is always read whole and without the network. Leave out ${flag} or --input.`,
      })
}

/** The log of a file. Its window is that of its events unless options say otherwise. */
export const fileSource = (input: string, options: SourceOptions) =>
  Effect.map(rejectAccountOnlyFlags(options), (): LogSource => ({
    read: ({ from, to }) =>
      Effect.gen(function* () {
        const { log, name } = yield* readLog(input)
        if (log.length === 0 && (Option.isNone(from) || Option.isNone(to))) {
          return yield* new UserError({
            message: `${name}: it has no events. Give --from and --to to report on it anyway.`,
          })
        }
        const span = log.span()
        const window = yield* makeWindow(
          Option.getOrElse(from, () => span.from),
          Option.getOrElse(to, () => span.to),
        )
        return { log, window, names: new Map(), uncovered: [] }
      }),
    // A file is complete until its last event unless --now says more.
    statusAround: ({ agents, now, zone }, at) =>
      Effect.gen(function* () {
        const { log, name } = yield* readLog(input)
        if (log.length === 0) {
          return yield* new UserError({ message: `${name}: it has no events. Give another file.` })
        }
        const last = log.span().to - 1
        const known = Option.getOrElse(now, () => last)
        if (at > known) {
          const end = Option.isSome(now) ? "--now" : `the last event of ${name}`
          return yield* new UsageError({
            message:
              `T: ${instant(zone, at)} is later than ${end}, ${instant(zone, known)}, so the status then is not known. ` +
              `Give an earlier T${Option.isSome(now) ? "" : ", or say with --now until when the file is complete"}.`,
          })
        }
        return { log, window: { from: at, to: at + 1 }, names: new Map(), uncovered: [], known, agents }
      }),
  }))
