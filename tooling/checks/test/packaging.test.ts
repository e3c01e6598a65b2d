// What is published works away from home: packed, linted, unpacked into an empty project, type-checked and run there.
import { execFile, spawnSync } from "node:child_process"
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core"
import { make } from "@dwell/emulator"
import { serve } from "@dwell/emulator/node"
import { whenDone } from "@dwell/testing/resources"
import { folder } from "@dwell/testing/scratch"
import * as Schema from "effect/Schema"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import { beforeAll, describe, expect, it } from "vitest"

const root = join(import.meta.dirname, "../../..")
const bin = (name: string) => join(root, "node_modules/.bin", name)

/** Runs a program to its end; throws what it printed where it fails. */
const run = (cwd: string, command: string, ...args: ReadonlyArray<string>): string => {
  const { error, status, stderr, stdout } = spawnSync(command, args, { cwd, encoding: "utf8" })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ends with ${status}:\n${stdout}${stderr}`)
  return stdout
}

const Dependencies = Schema.optionalWith(Schema.Record({ key: Schema.String, value: Schema.String }), {
  default: () => ({}),
})
const Manifest = Schema.parseJson(
  Schema.Struct({
    version: Schema.String,
    exports: Schema.Record({ key: Schema.String, value: Schema.Unknown }),
    dependencies: Dependencies,
    peerDependencies: Dependencies,
  }),
)

const manifestText = (of: string): string => readFileSync(join(of, "package.json"), "utf8")
const manifestOf = (of: string): typeof Manifest.Type => Schema.decodeSync(Manifest)(manifestText(of))

/** Each after those that it depends on. */
const packages = ["core", "emulator", "client"]

let project: string

const installed = (name: string) => join(project, "node_modules/@dwell", name)
const tarball = (name: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(readFileSync(join(project, `dwell-${name}-${manifestOf(installed(name)).version}.tgz`)))

beforeAll(() => {
  project = folder()
  mkdirSync(join(project, "node_modules/@dwell"), { recursive: true })
  mkdirSync(join(project, "node_modules/@types"))
  const chosen = packages.map((name) => `--filter=@dwell/${name}`)
  run(root, bin("pnpm"), ...chosen, "--recursive", "pack", "--pack-destination", project)
  for (const name of packages) {
    const { version } = manifestOf(join(root, "packages", name))
    run(project, "tar", "-xzf", `dwell-${name}-${version}.tgz`)
    renameSync(join(project, "package"), installed(name))
    // In place of an install from a registry: the dependencies that the package names, and no others.
    const { dependencies, peerDependencies } = manifestOf(installed(name))
    for (const dependency of Object.keys({ ...dependencies, ...peerDependencies })) {
      const to = join(project, "node_modules", dependency)
      // Another package's, or one of them.
      if (existsSync(to)) continue
      mkdirSync(dirname(to), { recursive: true })
      symlinkSync(join(root, "packages", name, "node_modules", dependency), to)
    }
  }
  symlinkSync(join(root, "node_modules/@types/node"), join(project, "node_modules/@types/node"))
  cpSync(join(root, "packages/core/examples/report.ts"), join(project, "report.ts"))
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module", private: true }))
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: { strict: true, module: "nodenext", target: "es2024", noEmit: true, types: ["node"] },
      include: ["report.ts"],
    }),
  )
})

describe.each(packages)("the package @dwell/%s", (name) => {
  it("is one in which publint finds nothing", async () => {
    const { messages, pkg } = await publint({ pack: { tarball: tarball(name).buffer }, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  })

  it("has types for every entry, as an ES module is resolved", async () => {
    const analysis = await checkPackage(createPackageFromTarballData(tarball(name)))
    if (analysis.types === false) throw new Error("there are no types")
    const { entrypoints, problems } = analysis
    const withTypes = Object.values(entrypoints).flatMap(({ hasTypes, subpath }) => (hasTypes ? [subpath] : []))
    expect(withTypes).toEqual(
      Object.keys(manifestOf(installed(name)).exports).filter((path) => path !== "./package.json"),
    )
    // There is nothing for CommonJS.
    const isOfCommonJs = (kind: string) => kind === "node10" || kind === "node16-cjs"
    expect(
      problems.filter((problem) => !("resolutionKind" in problem && isOfCommonJs(problem.resolutionKind))),
    ).toEqual([])
  })

  it("holds its sources, its README and its licence, and no dependency on this workspace", () => {
    const of = installed(name)
    expect(globSync("{README.md,LICENSE,dist/index.js,dist/index.d.ts,src/index.ts}", { cwd: of }).toSorted()).toEqual([
      "LICENSE",
      "README.md",
      "dist/index.d.ts",
      "dist/index.js",
      "src/index.ts",
    ])
    expect(manifestText(of)).not.toMatch(/workspace:|catalog:/)
  })
})

describe("the example of @dwell/core", () => {
  it("is under 40 lines", () => {
    expect(readFileSync(join(project, "report.ts"), "utf8").trimEnd().split("\n").length).toBeLessThan(40)
  })

  it("type-checks", () => {
    expect(run(project, bin("tsc"), "-p", project, "--singleThreaded")).toBe("")
  })

  it("runs", async () => {
    // Wednesday noon for the example, and for whom it asks.
    const noon = Date.UTC(2026, 5, 10, 12)
    writeFileSync(join(project, "noon.js"), `Date.now = () => ${noon}\n`)
    const server = await serve(make({ agents: 3, days: 2, clock: () => noon / 1000 }), { port: 0 })
    whenDone(server.close)
    const { stderr, stdout } = await promisify(execFile)(bin("node"), ["--import", "./noon.js", "report.ts"], {
      cwd: project,
      env: { ...process.env, DWELL_BASE_URL: server.url, DWELL_USERNAME: "api-user", DWELL_PASSWORD: "api-key" },
    })
    expect(stderr).toBe("")
    expect(stdout.trim().split("\n")).toHaveLength(3)
    expect(stdout).toMatch(/^700101 \d+ (0\.\d+|null|0|1)$/m)
  })
})
