import { Box, Text } from "ink"

/** Lines that are as wide as they have to be already: one text each, which costs least. */
export const Lines = ({ lines }: { readonly lines: ReadonlyArray<string> }) => (
  <Box flexDirection="column" flexShrink={0}>
    {lines.map((line, index) => (
      // Lines have no identity but their place.
      <Text key={index} wrap="truncate-end">
        {line === "" ? " " : line}
      </Text>
    ))}
  </Box>
)
