// Every example in the documents type-checks and does what it says.
import { spawnSync } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, expect, test } from "vitest"
import { examples } from "../src/examples.ts"

const here = join(import.meta.dirname, "..")
const folder = join(here, ".examples")
const found = examples(join(here, "../.."))

const fileOf = (index: number): string => join(folder, `example${index}.ts`)

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  found.forEach(({ place, source }, index) => writeFileSync(fileOf(index), `// ${place}\n${source}`))
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: "../tsconfig.examples.json", include: ["*.ts"] }),
  )
})

test("there are examples", () => {
  expect(found.length).toBeGreaterThan(0)
})

test("all of them type-check", () => {
  const { status, stdout } = spawnSync(join(here, "../../node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8" })
  expect(stdout).toBe("")
  expect(status).toBe(0)
})

test.each(found.map(({ place }, index) => [place, index] as const))("%s does what it says", async (_, index) => {
  await expect(import(fileOf(index))).resolves.toBeDefined()
})
