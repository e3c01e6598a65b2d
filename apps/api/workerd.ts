/**
 * The built Worker in plain workerd, with real sockets and without an emulated platform.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import exported from "workerd"

// It is CommonJS, and the bundler of the tests and Node disagree on its default export.
const Exported = Schema.Union(Schema.String, Schema.Struct({ default: Schema.String }))
const found = Schema.decodeUnknownSync(Exported)(exported)
/** The path of workerd; `workerd serve config.capnp` starts what `configure` wrote. */
export const program = typeof found === "string" ? found : found.default

/** The sources of a Worker's modules by name; `worker.js` is the main one. */
export type Modules = ReadonlyMap<string, string>

/** The modules in a folder. */
export const modulesIn = (folder: string): Modules =>
  new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith(".js"))
      .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  )

/** The modules that build.mjs makes. */
export const built = (): Modules => modulesIn(join(import.meta.dirname, "dist/worker"))

const compatibilityDate =
  /"compatibility_date": "([\d-]+)"/.exec(readFileSync(join(import.meta.dirname, "wrangler.jsonc"), "utf8"))?.[1] ?? ""

const objects = { ACCOUNT: "Account", KEYS: "Keys" } as const

export interface Configuration {
  /** The port on the loopback address. */
  readonly port: number
  readonly modules: Modules
  readonly variables?: Readonly<Record<string, string>>
  /** Whether the Durable Objects are bound. Default: true. */
  readonly hasObjects?: boolean
}

const listed = (parts: ReadonlyArray<string>): string => `[${parts.join(", ")}]`

const configurationOf = ({ hasObjects = true, modules, port, variables = {} }: Configuration): string => {
  const names = [...modules.keys()].toSorted((one) => (one === "worker.js" ? -1 : 1))
  const classes = hasObjects ? Object.entries(objects) : []
  const bindings = [
    ...classes.map(([name, type]) => `(name = "${name}", durableObjectNamespace = "${type}")`),
    ...Object.entries(variables).map(([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`),
  ]
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = ${listed(names.map((name) => `(name = "${name}", esModule = embed "${name}")`))},
      compatibilityDate = "${compatibilityDate}",
      compatibilityFlags = ["nodejs_compat"],
      durableObjectNamespaces = ${listed(classes.map(([name, type]) => `(className = "${type}", uniqueKey = "${name}", enableSql = true)`))},
      durableObjectStorage = (localDisk = "disk"),
      bindings = ${listed(bindings)},
    )),
    (name = "disk", disk = (path = "disk", writable = true)),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`
}

/** Writes the modules and `config.capnp` into a folder, which also takes the storage of the objects. */
export const configure = (folder: string, configuration: Configuration): void => {
  mkdirSync(join(folder, "disk"), { recursive: true })
  for (const [name, text] of configuration.modules) writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, "config.capnp"), configurationOf(configuration))
}
