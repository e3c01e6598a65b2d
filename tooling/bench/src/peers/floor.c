/*
 * The floor: the least work that answers the question, in C.
 *
 * It drops rows whose uid comes again later, sorts by agent (a counting sort), puts late rows into the order of
 * (uts, uid), and sums. It knows the layout of its input beforehand and checks no more than it must to be right.
 *
 *   floor sums|buckets FOLDER AGENTS STATUSES FIGURES    columns in memory -> sums
 *   floor json FOLDER 0 0 FIGURES                        text in memory, in the vendor's exact layout -> sums
 *
 * Prints one line of JSON; FIGURES gets one record of four int32 a figure: half hour, agent, status, seconds.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define HALF_HOUR 1800
#define MOST_STATUSES 256

static void fail(const char *what) {
  fprintf(stderr, "floor: %s\n", what);
  exit(1);
}

static void *room(size_t bytes) {
  void *memory = malloc(bytes ? bytes : 1);
  if (!memory) fail("out of memory");
  return memory;
}

static void *zeros(size_t count, size_t size) {
  void *memory = calloc(count ? count : 1, size);
  if (!memory) fail("out of memory");
  return memory;
}

/* ---- what goes in and comes out ---- */

typedef struct {
  size_t rows;
  const int64_t *uid;
  const int64_t *uts;
  const int32_t *agent;
  const uint8_t *status;
  size_t agents;
  size_t statuses;
} Columns;

typedef struct {
  int32_t half_hour, agent, status, seconds;
} Figure;

static struct {
  Figure *at;
  size_t length, capacity;
} figures;

static inline void put(int32_t half_hour, size_t agent, size_t status, int64_t seconds) {
  if (seconds == 0) return;
  if (figures.length == figures.capacity) {
    figures.capacity = figures.capacity ? 2 * figures.capacity : 1 << 16;
    figures.at = realloc(figures.at, figures.capacity * sizeof(Figure));
    if (!figures.at) fail("out of memory");
  }
  figures.at[figures.length++] = (Figure){half_hour, (int32_t)agent, (int32_t)status, (int32_t)seconds};
}

/* ---- rows that come again ---- */

static inline size_t slot_of(int64_t uid, size_t mask) {
  return (size_t)(((uint64_t)uid * 0x9e3779b97f4a7c15u) >> 20) & mask;
}

/* A byte a row, 1 where a later row has the same uid; NULL where no uid comes twice. */
static uint8_t *dropped(const Columns *in) {
  uint8_t *gone = NULL;
  size_t row = 1;
  /* The vendor counts uids up, so equal ones mostly follow one another. */
  for (; row < in->rows && in->uid[row - 1] <= in->uid[row]; row++) {
    if (in->uid[row - 1] == in->uid[row]) {
      if (!gone) gone = zeros(in->rows, 1);
      gone[row - 1] = 1;
    }
  }
  if (row >= in->rows) return gone;
  if (!gone) gone = zeros(in->rows, 1);
  size_t size = 1024;
  while (size < 2 * in->rows) size *= 2;
  uint32_t *table = zeros(size, sizeof(uint32_t));
  for (row = 0; row < in->rows; row++) {
    size_t slot = slot_of(in->uid[row], size - 1);
    while (table[slot] && in->uid[table[slot] - 1] != in->uid[row]) slot = (slot + 1) & (size - 1);
    if (table[slot]) gone[table[slot] - 1] = 1;
    table[slot] = (uint32_t)row + 1;
  }
  free(table);
  return gone;
}

/* ---- rows in order ---- */

typedef struct {
  int64_t uid;
  uint32_t since; /* seconds since the first event */
  uint32_t status;
} Event;

static inline int is_after(const Event *one, const Event *other) {
  return one->since > other->since || (one->since == other->since && one->uid > other->uid);
}

static int compare(const void *one, const void *other) {
  return is_after(one, other) ? 1 : is_after(other, one) ? -1 : 0;
}

static void put_in_order(Event *events, size_t length) {
  /* A few rows come a few places late; where it is more than that, they are sorted. */
  size_t budget = 64 + 4 * length;
  for (size_t row = 1; row < length; row++) {
    Event event = events[row];
    size_t at = row;
    for (; at > 0 && is_after(&events[at - 1], &event); at--) {
      events[at] = events[at - 1];
      if (budget-- == 0) {
        events[at - 1] = event;
        qsort(events, length, sizeof(Event), compare);
        return;
      }
    }
    events[at] = event;
  }
}

/* ---- sums ---- */

static void sum_agent(size_t agent, const Event *events, size_t length, uint32_t till, size_t statuses) {
  int64_t seconds[MOST_STATUSES] = {0};
  for (size_t row = 0; row < length; row++) {
    uint32_t end = row + 1 < length ? events[row + 1].since : till;
    seconds[events[row].status] += end - events[row].since;
  }
  for (size_t status = 0; status < statuses; status++) put(0, agent, status, seconds[status]);
}

static void bucket_agent(size_t agent, const Event *events, size_t length, int64_t first, uint32_t till,
                         size_t statuses) {
  int64_t seconds[MOST_STATUSES] = {0};
  int64_t bucket = length ? (first + events[0].since) / HALF_HOUR : 0;
  for (size_t row = 0; row < length; row++) {
    int64_t at = first + events[row].since;
    int64_t end = first + (row + 1 < length ? events[row + 1].since : till);
    while (at < end) {
      int64_t edge = (bucket + 1) * HALF_HOUR;
      if (at < edge) {
        int64_t until = end < edge ? end : edge;
        seconds[events[row].status] += until - at;
        at = until;
      }
      if (at < edge) break;
      for (size_t status = 0; status < statuses; status++) {
        put((int32_t)bucket, agent, status, seconds[status]);
        seconds[status] = 0;
      }
      bucket++;
    }
  }
  for (size_t status = 0; status < statuses; status++) put((int32_t)bucket, agent, status, seconds[status]);
}

static void answer(const Columns *in, int is_bucketed) {
  uint8_t *gone = dropped(in);
  size_t *next = zeros(in->agents + 1, sizeof(size_t));
  int64_t first = INT64_MAX, last = INT64_MIN;
  for (size_t row = 0; row < in->rows; row++) {
    if (in->uts[row] < first) first = in->uts[row];
    if (in->uts[row] > last) last = in->uts[row];
    if (!gone || !gone[row]) next[in->agent[row] + 1]++;
  }
  for (size_t agent = 0; agent < in->agents; agent++) next[agent + 1] += next[agent];
  Event *events = room(in->rows * sizeof(Event));
  for (size_t row = 0; row < in->rows; row++) {
    if (gone && gone[row]) continue;
    events[next[in->agent[row]]++] = (Event){in->uid[row], (uint32_t)(in->uts[row] - first), in->status[row]};
  }
  uint32_t till = (uint32_t)(last + 1 - first);
  size_t start = 0;
  for (size_t agent = 0; agent < in->agents; agent++) {
    size_t length = next[agent] - start;
    put_in_order(events + start, length);
    if (is_bucketed) bucket_agent(agent, events + start, length, first, till, in->statuses);
    else sum_agent(agent, events + start, length, till, in->statuses);
    start = next[agent];
  }
  free(events);
  free(next);
  free(gone);
}

/* ---- text ---- */

static struct {
  int64_t *ids;
  int32_t *slots;
  size_t length, capacity, size;
} agents;

static int32_t agent_index(int64_t id) {
  if (agents.length * 2 >= agents.size) {
    agents.size = agents.size ? 2 * agents.size : 4096;
    agents.capacity = agents.size;
    agents.ids = realloc(agents.ids, agents.capacity * sizeof(int64_t));
    free(agents.slots);
    agents.slots = zeros(agents.size, sizeof(int32_t));
    if (!agents.ids) fail("out of memory");
    for (size_t index = 0; index < agents.length; index++) {
      size_t slot = slot_of(agents.ids[index], agents.size - 1);
      while (agents.slots[slot]) slot = (slot + 1) & (agents.size - 1);
      agents.slots[slot] = (int32_t)index + 1;
    }
  }
  size_t slot = slot_of(id, agents.size - 1);
  while (agents.slots[slot] && agents.ids[agents.slots[slot] - 1] != id) slot = (slot + 1) & (agents.size - 1);
  if (!agents.slots[slot]) {
    agents.ids[agents.length++] = id;
    agents.slots[slot] = (int32_t)agents.length;
  }
  return agents.slots[slot] - 1;
}

static struct {
  const char *text[MOST_STATUSES];
  size_t bytes[MOST_STATUSES];
  size_t length;
} statuses;

static inline uint8_t status_index(const char *text, size_t bytes) {
  for (size_t index = 0; index < statuses.length; index++)
    if (statuses.bytes[index] == bytes && memcmp(statuses.text[index], text, bytes) == 0) return (uint8_t)index;
  if (statuses.length == MOST_STATUSES) fail("too many statuses");
  statuses.text[statuses.length] = text;
  statuses.bytes[statuses.length] = bytes;
  return (uint8_t)statuses.length++;
}

static const char *text_end;

static inline const char *expect(const char *at, const char *literal, size_t bytes) {
  if ((size_t)(text_end - at) < bytes || memcmp(at, literal, bytes) != 0) fail("text in another layout");
  return at + bytes;
}
#define EXPECT(at, literal) expect(at, literal, sizeof(literal) - 1)

static inline const char *number(const char *at, int64_t *into) {
  const char *begin = at;
  int64_t value = 0;
  for (; *at >= '0' && *at <= '9'; at++) value = value * 10 + (*at - '0');
  if (at == begin) fail("not a number");
  *into = value;
  return at;
}

static inline const char *string(const char *at) {
  for (; *at != '"'; at++)
    if (*at == '\\' || *at == 0) fail("text in another layout");
  return at;
}

static Columns parse(const char *text, size_t bytes) {
  text_end = text + bytes;
  int64_t total;
  const char *at = EXPECT(text, "{\"success\":true,\"total\":");
  at = EXPECT(number(at, &total), ",\"list\":[");
  int64_t *uid = room((size_t)total * sizeof(int64_t));
  int64_t *uts = room((size_t)total * sizeof(int64_t));
  int64_t *callid = room((size_t)total * sizeof(int64_t));
  int32_t *agent = room((size_t)total * sizeof(int32_t));
  uint8_t *status = room((size_t)total);
  size_t row = 0;
  for (; *at == '{'; row++) {
    if (row == (size_t)total) fail("more rows than total");
    int64_t id;
    at = EXPECT(at, "{\"uid\":\"");
    at = EXPECT(number(at, &uid[row]), "\",\"uts\":\"");
    at = EXPECT(number(at, &uts[row]), "\",\"agent\":\"");
    at = EXPECT(number(at, &id), "\",\"status\":\"");
    agent[row] = agent_index(id);
    const char *begin = at;
    at = string(at);
    status[row] = status_index(begin, (size_t)(at - begin));
    at = string(EXPECT(at, "\",\"subcode\":\""));
    at = EXPECT(number(EXPECT(at, "\",\"callid\":\""), &callid[row]), "\"}");
    if (*at == ',') at++;
  }
  EXPECT(at, "]}");
  if (row != (size_t)total) fail("fewer rows than total");
  return (Columns){row, uid, uts, agent, status, agents.length, statuses.length};
}

/* ---- the process ---- */

static void *whole(const char *folder, const char *name, size_t *bytes) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0) fail(path);
  *bytes = (size_t)ftell(file);
  rewind(file);
  char *memory = room(*bytes + 1);
  if (fread(memory, 1, *bytes, file) != *bytes) fail(path);
  memory[*bytes] = 0;
  fclose(file);
  return memory;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static double peak_mb(void) {
  /* getrusage would count what the parent held when it started this. */
  FILE *file = fopen("/proc/self/status", "r");
  char line[256];
  long kilobytes;
  while (file && fgets(line, sizeof line, file))
    if (sscanf(line, "VmHWM: %ld kB", &kilobytes) == 1) return (double)kilobytes * 1024 / 1e6;
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
  return (double)usage.ru_maxrss / 1e6;
#else
  return (double)usage.ru_maxrss * 1024 / 1e6;
#endif
}

int main(int count, char **argument) {
  if (count != 6) fail("usage: floor sums|buckets|json FOLDER AGENTS STATUSES FIGURES");
  const char *question = argument[1], *folder = argument[2];
  int is_text = strcmp(question, "json") == 0;
  Columns in;
  size_t bytes;
  const char *text = NULL;
  if (is_text) text = whole(folder, "log.json", &bytes);
  else {
    in.status = whole(folder, "status.u8", &in.rows);
    in.uid = whole(folder, "uid.i64", &bytes);
    in.uts = whole(folder, "uts.i64", &bytes);
    in.agent = whole(folder, "agent.i32", &bytes);
    in.agents = strtoull(argument[3], NULL, 10);
    in.statuses = strtoull(argument[4], NULL, 10);
  }

  double begin = now();
  if (is_text) in = parse(text, bytes);
  answer(&in, strcmp(question, "buckets") == 0);
  double ms = now() - begin;

  double peak = peak_mb();
  FILE *file = fopen(argument[5], "wb");
  if (!file || fwrite(figures.at, sizeof(Figure), figures.length, file) != figures.length) fail(argument[5]);
  fclose(file);
  printf("{\"ms\":%f,\"peakMB\":%f,\"rows\":%zu,\"agents\":[", ms, peak, in.rows);
  for (size_t index = 0; index < agents.length; index++)
    printf("%s%lld", index ? "," : "", (long long)agents.ids[index]);
  printf("],\"statuses\":[");
  for (size_t index = 0; index < statuses.length; index++)
    printf("%s\"%.*s\"", index ? "," : "", (int)statuses.bytes[index], statuses.text[index]);
  printf("]}\n");
  return 0;
}
