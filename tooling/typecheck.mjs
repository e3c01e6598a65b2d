// Checks the types of every project, and that no Effect is left unrun: TypeScript with Effect's own checks. From the
// root: `node tooling/typecheck.mjs`, or for some projects `node tooling/typecheck.mjs apps/tui`.
import { execFileSync, spawnSync } from "node:child_process"
import { globSync } from "node:fs"

const folders = process.argv.slice(2)
const projects = folders.length > 0 ? folders : globSync(["tooling", "{packages,apps,tooling}/*/tsconfig.json"])
const shell = process.platform === "win32"
const compiler = execFileSync("effect-tsgo", ["get-exe-path"], { encoding: "utf8", shell }).trim()
// One build reads once what the projects share. More than one builder at a time would need more memory and time.
const options = ["--build", "--builders", "1", "--pretty", "false"]
const { status } = spawnSync(compiler, [...options, ...projects], { stdio: "inherit" })
process.exit(status ?? 1)
