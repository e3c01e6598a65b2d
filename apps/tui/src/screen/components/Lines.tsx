import { Box, Text } from "ink"
import { createContext, useContext } from "react"

/** Whether the terminal has characters beyond ASCII. */
export const Unicode = createContext(true)

// oxlint-disable-next-line no-control-regex -- all that is not ASCII is what is looked for
const beyond = /[^\u0000-\u007f]/g

const replacements: Readonly<Record<string, string>> = { "–": "-", "…": "~", "×": "x", "−": "-", "≥": ">", "≤": "<" }

/** A line in ASCII: letters lose their accents, what has no likeness becomes a question mark. */
const inAscii = (line: string): string =>
  line
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(beyond, (character) => replacements[character] ?? "?")

// oxlint-disable-next-line no-control-regex -- it is control characters that are looked for
const closings = /\u001b\[39m(?=\u001b\[[39]\d)/g

/**
 * A line without the ends of colours that another colour follows. Ink writes lines so, and one that is written so already is
 * taken apart once and not twice: a third of a frame's time.
 */
const withoutColourEnds = (line: string): string => line.replaceAll(closings, "")

/** Lines that are as wide as they have to be already: one text each, which costs least. */
export const Lines = ({ lines }: { readonly lines: ReadonlyArray<string> }) => {
  const isUnicode = useContext(Unicode)
  return (
    <Box flexDirection="column" flexShrink={0}>
      {lines.map((line, index) => (
        // Lines have no identity but their place.
        <Text key={index} wrap="truncate-end">
          {line === "" ? " " : withoutColourEnds(isUnicode ? line : inAscii(line))}
        </Text>
      ))}
    </Box>
  )
}
