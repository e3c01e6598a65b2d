/** An SVG picture as its elements, and a failure where it is no XML. */
import { SaxesParser } from "saxes"

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** Its own text. */
  text: string
  /** The elements around it, the nearest last. */
  readonly within: ReadonlyArray<Element>
}

/** All elements in the order in which they begin. */
export const elements = (picture: string): ReadonlyArray<Element> => {
  const found: Array<Element> = []
  const open: Array<Element> = []
  const parser = new SaxesParser()
  parser.on("error", (error) => {
    throw error
  })
  parser.on("opentag", ({ attributes, name }) => {
    const element = { name, attributes, text: "", within: [...open] }
    found.push(element)
    open.push(element)
  })
  parser.on("text", (text) => {
    const last = open.at(-1)
    if (last !== undefined) last.text += text
  })
  parser.on("closetag", () => open.pop())
  parser.write(picture).close()
  return found
}

/** Those with a class. */
export const ofClass = (all: ReadonlyArray<Element>, name: string): ReadonlyArray<Element> =>
  all.filter(({ attributes }) => attributes["class"] === name)

/** The number an attribute is. */
export const numberOf = ({ attributes }: Element, name: string): number => Number(attributes[name])
