// The roster of teachers of the mock server. Every name in it is made up.
export const teacherRoutes = {
  'GET /years/{year}/roster': () => ({ roster: null, schools: [], findings: { errors: 0, warnings: 0 } }),
}
