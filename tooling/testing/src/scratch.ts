/** Folders and files of a test file, removed when the file is done. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { whenDone } from "./resources.ts"

let root: string | undefined

const scratch = (): string => {
  if (root !== undefined) return root
  const made = mkdtempSync(join(tmpdir(), "dwell-test-"))
  root = made
  whenDone(() => {
    root = undefined
    rmSync(made, { recursive: true, force: true })
  })
  return made
}

/** Makes an empty folder; gives its path. */
export const folder = (): string => mkdtempSync(join(scratch(), "folder-"))

/** Writes a file of that name in a folder of its own; gives its path. */
export const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder(), name)
  writeFileSync(path, content)
  return path
}
