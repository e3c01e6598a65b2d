/**
 * Checks the layers of core: each module uses only rooms below it, and `interval/` is pure.
 *
 * Shape    one line a breach; as a program (`node src/layers.ts [folder of core's src]`) it prints them and exits 1
 * Source   docs/architecture.md
 */
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { parseSync, Visitor } from "oxc-parser"

/** From the lowest up. A room is a module or a folder; rooms of one layer do not import each other. */
const layers: ReadonlyArray<ReadonlyArray<string>> = [
  ["InvalidInput"],
  ["Category", "events", "time"],
  ["log"],
  ["format", "interval"],
  ["contactnow", "store"],
  ["report"],
  ["export", "live"],
  ["index"],
]

/** What a pure module has no use for: clocks, zones, chance, promises and the world. */
const impureGlobals = new Set([
  "Date",
  "Intl",
  "Promise",
  "console",
  "crypto",
  "fetch",
  "performance",
  "process",
  "queueMicrotask",
  "setInterval",
  "setTimeout",
])

interface Import {
  readonly from: string
  /** False when only types are imported, which leaves nothing at run time. */
  readonly runtime: boolean
}

interface Module {
  readonly imports: ReadonlyArray<Import>
  readonly impurities: ReadonlyArray<string>
}

const read = (file: string): Module => {
  const { errors, module, program } = parseSync(file, readFileSync(file, "utf8"))
  if (errors.length > 0) throw new Error(`${file}: ${errors.map(({ message }) => message).join("; ")}`)
  const imports: Array<Import> = module.staticImports.map(({ entries, moduleRequest }) => ({
    from: moduleRequest.value,
    runtime: entries.length === 0 || entries.some(({ isType }) => !isType),
  }))
  for (const { entries } of module.staticExports) {
    for (const { isType, moduleRequest } of entries) {
      if (moduleRequest !== null) imports.push({ from: moduleRequest.value, runtime: !isType })
    }
  }
  const impurities = new Set<string>()
  new Visitor({
    Identifier: ({ name }) => {
      if (impureGlobals.has(name)) impurities.add(name)
    },
    MemberExpression: ({ object, property }) => {
      if (object.type === "Identifier" && object.name === "Math" && property.type === "Identifier") {
        if (property.name === "random") impurities.add("Math.random")
      }
    },
    AwaitExpression: () => impurities.add("await"),
    ImportExpression: () => impurities.add("import()"),
  }).visit(program)
  return { imports, impurities: [...impurities] }
}

const roomOf = (name: string): string => name.replace(/\.ts$/, "").split("/", 1).join()
const layerOf = (room: string): number => layers.findIndex((rooms) => rooms.includes(room))

interface Survey {
  readonly modules: number
  readonly breaches: ReadonlyArray<string>
}

/** Reads all modules below `source`, which is core's src. */
export const survey = (source: string): Survey => {
  const names = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"))
  const modules = new Map(names.map((name) => [name, read(join(source, name))]))
  const breaches = new Set<string>()
  const resolve = (importer: string, { from }: Import): string =>
    relative(source, join(source, dirname(importer), from))

  for (const [name, { imports }] of modules) {
    const room = roomOf(name)
    if (layerOf(room) < 0) breaches.add(`${name}: no layer has the room "${room}"; give it one in layers.ts`)
    for (const used of imports) {
      if (!used.from.startsWith(".")) {
        if (used.from.startsWith("node:")) breaches.add(`${name}: core runs without Node, but imports ${used.from}`)
        if (used.from.startsWith("@dwell/")) breaches.add(`${name}: core imports ${used.from}`)
        continue
      }
      const target = roomOf(resolve(name, used))
      if (target !== room && layerOf(target) >= layerOf(room)) {
        breaches.add(`${name}: "${room}" may not use "${target}", which is not on a lower layer`)
      }
    }
  }

  /** Everything that runs when `name` runs: the modules of core, and outside packages by name. */
  const runtimeClosure = (name: string, seen: Set<string> = new Set()): Set<string> => {
    if (seen.has(name)) return seen
    seen.add(name)
    for (const used of modules.get(name)?.imports ?? []) {
      if (!used.runtime) continue
      if (used.from.startsWith(".")) runtimeClosure(resolve(name, used), seen)
      else seen.add(used.from)
    }
    return seen
  }

  for (const name of modules.keys()) {
    if (roomOf(name) !== "interval") continue
    for (const reached of runtimeClosure(name)) {
      const module = modules.get(reached)
      if (module === undefined) breaches.add(`${name}: interval/ is pure, but reaches ${reached}`)
      for (const impurity of module?.impurities ?? []) {
        breaches.add(`${name}: interval/ is pure, but ${reached} uses ${impurity}`)
      }
    }
  }

  if (![...modules.keys()].some((name) => roomOf(name) === "interval")) breaches.add(`${source}: no interval/ to check`)
  return { modules: modules.size, breaches: [...breaches] }
}

if (import.meta.main) {
  const { breaches, modules } = survey(process.argv[2] ?? join(import.meta.dirname, "../../../packages/core/src"))
  for (const breach of breaches) process.stderr.write(`${breach}\n`)
  if (breaches.length === 0) process.stdout.write(`${modules} modules in order, interval/ pure\n`)
  process.exitCode = breaches.length === 0 ? 0 : 1
}
