// The real program, started as an office starts it: a free port of the loopback, a fresh data folder.
import { execFile, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

/** The program, built by `cargo build -p junheng-app`. */
export const program = process.env.JUNHENG ?? new URL('../../target/debug/junheng', import.meta.url).pathname

const run = promisify(execFile)

/** Runs a command of the program to its end and gives back what it printed. */
export async function junheng(...args) {
  const { stdout } = await run(program, args, { timeout: 60_000, maxBuffer: 64 << 20 })
  return stdout
}

/** A running server. What it logs is kept in a file of the data folder's parent. */
export class Server {
  constructor(folder) {
    this.folder = folder
    this.listen = '127.0.0.1:0'
    /** What the program's environment has besides ours. */
    this.environment = {}
    /** The one-time link for the first administrator, where there is none yet. */
    this.setup = ''
    this.base = ''
  }

  async start() {
    this.process = spawn(program, ['serve', '--data', join(this.folder, 'data'), '--listen', this.listen], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...this.environment },
    })
    this.process.stderr.pipe(createWriteStream(join(this.folder, 'server.log'), { flags: 'a' }))
    const told = new Promise((resolve, reject) => {
      this.process.once('exit', (code) =>
        reject(new Error(`the server ended with ${code}; see ${this.folder}/server.log`)),
      )
      createInterface({ input: this.process.stdout }).on('line', (line) => {
        const address = /http:\/\/[\d.]+:\d+/.exec(line)?.[0]
        if (!address) {
          // The last line that it prints.
          if (line.includes('Ctrl-C')) resolve()
        } else if (line.includes('/setup#')) this.setup = line.trim()
        else this.base = address
      })
    })
    await within(30_000, told, 'the server did not start')
    // The same address after a restart.
    this.listen = new URL(this.base).host
  }

  /** Stops as a service manager does, or at once. */
  async stop(signal = 'SIGTERM') {
    const child = this.process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await within(15_000, gone, 'the server did not stop').catch((error) => {
      child.kill('SIGKILL')
      throw error
    })
  }
}

/** A promise with a bound. */
export function within(milliseconds, promise, why) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${why} (${milliseconds} ms)`)), milliseconds)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
