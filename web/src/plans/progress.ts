// How the standing of an action is marked: by the four signs of the whole program.
export const MARK: Record<string, string> = { done: 'pass', on_time: 'near', late: 'fail' }
