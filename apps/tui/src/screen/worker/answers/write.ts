/**
 * Writes an export to a new file.
 *
 * Fails    `UserError`; an existing file is never overwritten: the next name is tried
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import { UserError } from "../../../errors.ts"
import type { WriteQuestion } from "../protocol/question.ts"
import type { WriteAnswer } from "../protocol/answer.ts"

const isThere = (error: PlatformError): boolean => error._tag === "SystemError" && error.reason === "AlreadyExists"

/** Writes a new file in the working directory: `NAME.csv`, else `NAME-2.csv`, and so on. */
export const write = ({ extension, name, text }: Pick<WriteQuestion, "name" | "extension" | "text">) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    for (let number = 1; ; number++) {
      const path = paths.resolve(`${name}${number === 1 ? "" : `-${number}`}.${extension}`)
      const isWritten = yield* files.writeFileString(path, text, { flag: "wx" }).pipe(
        Effect.as(true),
        Effect.catchIf(isThere, () => Effect.succeed(false)),
        Effect.mapError(({ message }) => new UserError({ message: `${path}: can't be written. ${message}` })),
      )
      if (isWritten) return { _tag: "write", path } satisfies WriteAnswer
    }
  })
