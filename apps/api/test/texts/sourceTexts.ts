/**
 * The sentences that the source builds errors and log lines from, read from its syntax trees, so that none is left out.
 *
 * Shape    a value in a sentence stands in braces, as its expression: `port {port} is in use`
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parseSync, type ESTree, Visitor } from "vite"

/** An error that is made, with its fields as texts. */
export interface Made {
  readonly file: string
  readonly type: string
  readonly fields: Readonly<Record<string, string>>
}

/** Functions that make an error of the issue that they are called with. */
const makers: ReadonlySet<string> = new Set(["fewer", "invalid", "say", "unavailable"])

const spaced = (text: string): string => text.replaceAll(/\s+/g, " ").trim()

/** Reads all errors that are made and all lines that are logged in the files below a folder, file by file. */
export const textsIn = (folder: string): ReadonlyArray<Made> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .toSorted()
    .flatMap((file) => {
      const source = readFileSync(join(folder, file), "utf8")
      const { errors, program } = parseSync(file, source)
      if (errors.length > 0) throw new Error(`${file}: ${errors.map(({ message }) => message).join("; ")}`)
      const constants: Array<{ readonly name: string; readonly at: number; readonly value: ESTree.Expression }> = []
      const made: Array<Made> = []

      const textOf = (value: ESTree.Node): string => {
        if (value.type === "Literal" && typeof value.value === "string") return value.value
        if (value.type === "TemplateLiteral") {
          return value.quasis
            .map(({ value: { cooked } }, index) => {
              const expression = value.expressions[index]
              return `${cooked ?? ""}${expression === undefined ? "" : `{${spaced(source.slice(expression.start, expression.end))}}`}`
            })
            .join("")
        }
        if (value.type === "Identifier") {
          const found = constants.findLast(({ at, name }) => name === value.name && at < value.start)
          if (found !== undefined) return textOf(found.value)
        }
        return `{${spaced(source.slice(value.start, value.end))}}`
      }

      new Visitor({
        VariableDeclarator: ({ id, init, start }) => {
          if (id.type !== "Identifier" || init === null) return
          if (init.type === "TemplateLiteral" || init.type === "Literal")
            constants.push({ name: id.name, at: start, value: init })
        },
        NewExpression: ({ arguments: [given], callee }) => {
          if (callee.type !== "Identifier" || given?.type !== "ObjectExpression") return
          const fields = given.properties.flatMap((property) =>
            property.type === "Property" && property.key.type === "Identifier"
              ? [[property.key.name, textOf(property.value)] as const]
              : [],
          )
          made.push({ file, type: callee.name, fields: Object.fromEntries(fields) })
        },
        MethodDefinition: ({ key, kind, value }) => {
          if (kind !== "get" || key.type !== "Identifier" || key.name !== "message") return
          new Visitor({
            Literal: (literal) => {
              const text = textOf(literal)
              if (text.includes(" ")) made.push({ file, type: "get message", fields: { message: text } })
            },
            TemplateLiteral: (template) => {
              made.push({ file, type: "get message", fields: { message: textOf(template) } })
            },
          }).visit({
            type: "Program",
            sourceType: "module",
            hashbang: null,
            body: value.body?.body ?? [],
            start: 0,
            end: 0,
          })
        },
        CallExpression: ({ arguments: all, callee }) => {
          const [given] = all
          if (callee.type === "Identifier" && all.length > 0 && makers.has(callee.name)) {
            made.push({ file, type: callee.name, fields: { message: all.map(textOf).join(": ") } })
          }
          if (callee.type !== "MemberExpression" || given === undefined) return
          const name = source.slice(callee.start, callee.end)
          if (/^Effect\.log\w+$/.test(name)) made.push({ file, type: name, fields: { message: textOf(given) } })
        },
      }).visit(program)
      return made
    })
