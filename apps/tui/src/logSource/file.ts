/**
 * Reads a file, or standard input: a log in whatever format it has, or a text.
 *
 * Fails    `UserError`, naming the file, and what to do about it
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
import { UserError } from "../errors.ts"
import * as Progress from "../progress.ts"
import { percent, plural } from "../format.ts"

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

/** Large enough for a file to be read in few steps. */
const chunkBytes = 1_048_576

/** A file's bytes, chunk after chunk in the same memory: a chunk must have been used before the next one is asked for. */
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

/** The log of a file, and what its reader calls it. */
export const fromFile = (input: string) =>
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
