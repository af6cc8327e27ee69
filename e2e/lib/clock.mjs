// Days that pass: the program is started again with its wall clock ahead. The program itself has no way
// to be told another time.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

const DAY = 86_400

/** The environment in which the program's clock is some days ahead; needs a C compiler. */
export function daysAhead(folder, days) {
  const library = join(folder, 'clock.so')
  const source = new URL('clock.c', import.meta.url).pathname
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source])
  return { LD_PRELOAD: library, STORY_SECONDS: String(days * DAY) }
}
