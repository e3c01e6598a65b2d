/**
 * stdout is for data, stderr for messages.
 *
 * Shape    lines are written in blocks, waiting for a slow reader; if the reader has gone, the command ends quietly
 */
import { once } from "node:events"
import { blocks } from "@dwell/core/ReportRows"
import { Process } from "@dwell/terminal/Process"
import { detect, type Style } from "@dwell/terminal/style"
import * as Effect from "effect/Effect"
import { UserError, OutputClosed } from "./errors.ts"

const failed = (error: unknown): OutputClosed | UserError =>
  error instanceof Error && "code" in error && error.code === "EPIPE"
    ? new OutputClosed()
    : new UserError({
        message: `The output can't be written: ${error instanceof Error ? error.message : String(error)}`,
      })

/** Writes a block to stdout. */
export const write = (block: string | Uint8Array): Effect.Effect<void, OutputClosed | UserError> =>
  Effect.flatMap(Process, ({ stdout }) =>
    Effect.tryPromise({
      try: async (signal) => {
        if (stdout.destroyed) throw Object.assign(new Error("closed"), { code: "EPIPE" })
        if (!stdout.write(block)) await once(stdout, "drain", { signal })
      },
      catch: failed,
    }),
  )

/** Writes lines to stdout. */
export const print = (lines: Iterable<string>): Effect.Effect<void, OutputClosed | UserError> =>
  Effect.gen(function* () {
    for (const block of blocks(lines)) yield* write(block)
  })

/** Writes a message to stderr. */
export const say = (text: string): Effect.Effect<void> =>
  Effect.map(Process, ({ stderr }) => void stderr.write(`${text}\n`))

/** What stdout can show. */
export const outputStyle: Effect.Effect<Style> = Effect.map(Process, ({ env, stdout }) => detect(stdout, env))
