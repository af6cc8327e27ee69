// Which of the four signs a state of a record or a project is shown with.
const SIGNS: Record<string, string> = {
  planned: 'none',
  proposed: 'none',
  running: 'near',
  reviewed: 'near',
  ended: 'near',
  assessed: 'pass',
  accepted: 'pass',
  void: 'missing',
  refused: 'fail',
}

export const signOf = (state: string): string => SIGNS[state] ?? 'none'
