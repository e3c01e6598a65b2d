import { spawnSync } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { whenDone } from "@dwell/testing/resources"
import { beforeAll, describe, expect, it } from "vitest"
import { examples } from "../src/examples.ts"

const here = join(import.meta.dirname, "..")
// Within this package, so that they import what it depends on.
const folder = join(here, ".examples")
const found = examples(join(here, "../.."))

const fileOf = (index: number): string => join(folder, `example${index}.ts`)

describe("the examples of the documents", () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true })
    whenDone(() => rmSync(folder, { recursive: true }))
    mkdirSync(folder)
    found.forEach(({ place, source }, index) => writeFileSync(fileOf(index), `// ${place}\n${source}`))
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: "../tsconfig.examples.json", include: ["*.ts"] }),
    )
  })

  it("are there, in docstrings and in Markdown", () => {
    expect(found.filter(({ place }) => place.includes(".ts:")).length).toBeGreaterThan(0)
    expect(found.filter(({ place }) => place.includes(".md:")).length).toBeGreaterThan(0)
  })

  it("type-check", () => {
    const { status, stdout } = spawnSync(
      join(here, "../../node_modules/.bin/tsc"),
      ["-p", folder, "--singleThreaded"],
      {
        encoding: "utf8",
      },
    )
    expect(stdout).toBe("")
    expect(status).toBe(0)
  })

  it.each(found.map(({ place }, index) => ({ place, index })))("do what they say at $place", async ({ index }) => {
    await expect(import(fileOf(index))).resolves.toBeDefined()
  })
})
