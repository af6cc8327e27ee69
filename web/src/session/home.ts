// The first page of a user: the first one that they may see.
import type { Action } from './store'

interface Who {
  can: (action: Action) => boolean
  school: { code: string } | null
}

export function homeOf(who: Who): string {
  if (who.school) return '/school'
  const pages: [Action, string][] = [
    ['overview.read', '/overview'],
    ['evaluation.read', '/evaluation'],
    ['plan.read', '/plans'],
    ['collection.read', '/data'],
    ['school.read', '/system/schools'],
    ['user.read', '/system/users'],
    ['audit.read', '/system/audit'],
    ['health.read', '/system/health'],
  ]
  return pages.find(([action]) => who.can(action))?.[1] ?? '/nothing'
}
