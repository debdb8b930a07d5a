# Signing in. The seed of the sample world: biometric login, a shorter session, the old login gone.
day -70
by mira
write README.md
| # mb-auth-service
|
| Signs customers in: passwords, one-time codes, sessions.
write package.json
| {
|   "name": "mb-auth-service",
|   "version": "2.0.0",
|   "private": true,
|   "engines": { "node": ">=18" },
|   "scripts": { "start": "node dist/index.js", "test": "jest" },
|   "dependencies": {
|     "argon2": "^0.30.3",
|     "express": "^4.18.2",
|     "ioredis": "^5.3.2",
|     "jsonwebtoken": "^8.5.1"
|   },
|   "devDependencies": { "jest": "^29.5.0", "typescript": "^5.1.6" }
| }
write package-lock.json
| {
|   "name": "mb-auth-service",
|   "version": "2.0.0",
|   "lockfileVersion": 3,
|   "requires": true,
|   "packages": {
|     "": {
|       "name": "mb-auth-service",
|       "version": "2.0.0",
|       "dependencies": {
|         "argon2": "^0.30.3",
|         "express": "^4.18.2",
|         "ioredis": "^5.3.2",
|         "jsonwebtoken": "^8.5.1"
|       },
|       "devDependencies": { "jest": "^29.5.0", "typescript": "^5.1.6" }
|     },
|     "node_modules/argon2": { "version": "0.30.3" },
|     "node_modules/express": { "version": "4.18.2", "dependencies": { "qs": "6.11.0" } },
|     "node_modules/ioredis": { "version": "5.3.2" },
|     "node_modules/jest": { "version": "29.5.0", "dev": true },
|     "node_modules/jsonwebtoken": { "version": "8.5.1" },
|     "node_modules/qs": { "version": "6.11.0" },
|     "node_modules/typescript": { "version": "5.1.6", "dev": true }
|   }
| }
write Dockerfile
| FROM node:18-slim
| WORKDIR /app
| COPY package.json package-lock.json ./
| RUN npm ci --omit=dev
| COPY dist ./dist
| CMD ["node", "dist/index.js"]
write src/index.ts
| import express from "express";
| import { authRoutes } from "./routes/auth.routes";
|
| const app = express();
| app.use("/api/v2/auth", authRoutes);
| app.listen(Number(process.env.PORT ?? 8080));
write src/routes/auth.routes.ts
| import { Router } from "express";
| import { login } from "../auth/login";
| import { legacyLogin } from "../auth/legacy-login";
|
| export const authRoutes = Router();
| authRoutes.post("/login", login);
| authRoutes.post("/legacy-login", legacyLogin);
write src/auth/login.ts
| import { Request, Response } from "express";
| import { verifyPassword } from "./password";
| import { openSession } from "./session";
|
| export async function login(request: Request, response: Response) {
|   const { customer, password } = request.body;
|   if (!(await verifyPassword(customer, password))) {
|     return response.status(401).json({ error: "wrong_credentials" });
|   }
|   return response.json(await openSession(customer));
| }
write src/auth/legacy-login.ts
| import { Request, Response } from "express";
| import { verifyPassword } from "./password";
|
| // For applications older than 4.0, which know nothing of sessions.
| export async function legacyLogin(request: Request, response: Response) {
|   const { customer, pin } = request.body;
|   const ok = await verifyPassword(customer, pin);
|   return response.status(ok ? 200 : 401).end();
| }
write src/auth/session.ts
| import { sessionTimeout } from "../config/auth.config";
|
| export async function openSession(customer: string) {
|   const expires = Date.now() + sessionTimeout * 60_000;
|   return { customer, expires };
| }
write src/auth/password.ts
| import argon2 from "argon2";
|
| export async function verifyPassword(customer: string, password: string) {
|   const hash = await loadHash(customer);
|   return hash !== undefined && argon2.verify(hash, password);
| }
|
| async function loadHash(customer: string): Promise<string | undefined> {
|   return hashes.get(customer);
| }
|
| const hashes = new Map<string, string>();
write src/auth/otp.ts
| export function matches(expected: string, given: string): boolean {
|   return expected === given;
| }
write src/config/auth.config.ts
| export const sessionTimeout = Number(process.env.SESSION_TIMEOUT ?? 30);
| export const maxAttempts = Number(process.env.MAX_LOGIN_ATTEMPTS ?? 5);
write src/auth/login.test.ts
| import { login } from "./login";
|
| test("a wrong password is refused", () => {
|   expect(login).toBeDefined();
| });
write docs/api.md
| # API
|
| - `POST /api/v2/auth/login`
| - `POST /api/v2/auth/legacy-login` (applications older than 4.0)
write deploy/values.yaml
| image:
|   repository: registry.example.org/mb/auth
|   tag: "v2.0.0"
| replicas: 2
| resources:
|   requests: { cpu: 100m, memory: 256Mi }
|   limits: { cpu: 500m, memory: 512Mi }
| env:
|   service_auth:
|     - name: LOG_LEVEL
|       value: "info"
|     - name: MAX_LOGIN_ATTEMPTS
|       value: "5"
|     - name: SESSION_TIMEOUT
|       value: "30"
|     - name: REDIS_URL
|       value: "redis://redis:6379/0"
|     - name: OTP_LENGTH
|       value: "6"
write deploy/values-dev.yaml
| replicas: 1
| env:
|   service_auth:
|     - name: LOG_LEVEL
|       value: "debug"
|     - name: DATABASE_URL
|       value: "postgres://auth:dev-only@db.dev.example.org/auth"
|     - name: JWT_SIGNING_KEY
|       value: "not-a-real-key-for-dev"
write deploy/values-sit.yaml
| env:
|   service_auth:
|     - name: DATABASE_URL
|       value: "postgres://auth:sit-only@db.sit.example.org/auth"
|     - name: JWT_SIGNING_KEY
|       value: "not-a-real-key-for-sit"
write deploy/values-uat.yaml
| env:
|   service_auth:
|     - name: DATABASE_URL
|       value: "postgres://auth:uat-only@db.uat.example.org/auth"
|     - name: JWT_SIGNING_KEY
|       value: "not-a-real-key-for-uat"
write deploy/values-prod.yaml
| replicas: 6
| resources:
|   limits: { cpu: "1", memory: 1Gi }
| env:
|   service_auth:
|     - name: DATABASE_URL
|       value: "postgres://auth:prod-only@db.prod.example.org/auth"
|     - name: JWT_SIGNING_KEY
|       value: "not-a-real-key-for-prod"
commit
| Start the authentication service
~ src/auth/session.ts | feat: [MB-101] keep sessions in Redis
~ docs/api.md | docs: describe the session object
~ src/auth/password.ts | [MB-104] Lock the account after too many attempts
~ src/auth/login.test.ts | test: cover locked accounts
tag v2.0.0
| Release v2.0.0

day -66
by ravi
~ src/auth/otp.ts | feat(otp): [MB-112] send one-time codes by mail
~ src/auth/session.ts | fix(session): [MB-115] close the session on logout
by tom
~ src/config/auth.config.ts | Read the lock time from the environment
~ Dockerfile | ci: build with the slim image
bump 2.0.0 2.0.1 package.json package-lock.json deploy/values.yaml
commit
| chore(release): v2.0.1
tag v2.0.1
| Release v2.0.1

day -59
by lena
~ src/auth/login.ts | perf: [MB-121] look the customer up once per login
~ src/routes/auth.routes.ts | refactor: name the routes
by kenji
branch feature/MB-125-audit
write src/audit/audit.ts
| export function audit(event: string, customer: string) {
|   process.stdout.write(JSON.stringify({ at: Date.now(), event, customer }) + "\n");
| }
commit
| feat(audit): [MB-125] write an audit line for every login
~ src/audit/audit.ts | MB-125 add the address of the caller
write src/audit/audit.test.ts
| import { audit } from "./audit";
|
| test("a line has the event", () => {
|   expect(audit).toBeDefined();
| });
commit
| test(audit): [MB-125] check the form of the line
switch main
~ README.md | docs: how to run the tests
by mira
merge feature/MB-125-audit
| Merge pull request #41 from mb/feature/MB-125-audit
|
| [MB-125] Audit of logins
~ src/auth/password.ts | fix: [MB-128] accept passwords of 128 characters
bump 2.0.1 2.0.2 package.json package-lock.json deploy/values.yaml
commit
| chore(release): v2.0.2
tag v2.0.2
| Release v2.0.2

day -50
by bot
replace package.json
- "ioredis": "^5.3.2"
+ "ioredis": "^5.4.1"
bump 5.3.2 5.4.1 package-lock.json
commit
| build(deps): bump ioredis from 5.3.2 to 5.4.1 (#47)
by ravi
~ src/auth/otp.ts | feat(otp): [MB-140] codes are valid for five minutes
~ src/auth/session.test.ts | test: [MB-140] an old code is refused
by nora
~ src/audit/audit.ts | fix(audit): [MB-143] never write the one-time code

# What a person pasted into a subject must stay text wherever it is shown.
~ docs/api.md | docs: say that `<b>` & "quotes" in names are kept as they are
bump 2.0.2 2.0.3 package.json package-lock.json deploy/values.yaml
commit
| chore(release): v2.0.3
tag v2.0.3
| Release v2.0.3

day -40
by tom
~ src/auth/session.ts | refactor(session): one place that knows the key
~ src/config/auth.config.ts | chore: sort the settings
by kenji
branch fix/MB-161
~ src/auth/session.ts | wip
~ src/auth/session.ts | wip: review
~ src/auth/session.test.ts | wip: tests
switch main
by lena
squash fix/MB-161
| fix(session): [MB-161] two tabs no longer log each other out (#63)
|
| * wip
| * wip: review
| * wip: tests
|
| Fixes: MB-161
| Reviewed-by: Mira Novak <mira@example.org>
~ docs/runbook.md | docs(runbook): what to do when Redis is away
bump 2.0.3 2.0.4 package.json package-lock.json deploy/values.yaml
commit
| chore(release): v2.0.4
tag v2.0.4
| Release v2.0.4

day -30
by ravi
~ src/auth/password.ts | security: [MB-170] slow down guessing of passwords
by mira
~ src/routes/auth.routes.ts | feat: [MB-172] tell the application its minimum version
~ src/auth/login.test.ts | test: [MB-172] an old application is told so
by nora
replace deploy/values.yaml
- value: "5"
+ value: "4"
commit
| config: [MB-174] lock the account after four attempts
|
| Refs: MB-104
bump 2.0.4 2.0.5 package.json package-lock.json deploy/values.yaml
commit
| chore(release): v2.0.5
tag v2.0.5
| Release v2.0.5

day -20
by kenji
~ src/auth/login.ts | [MB-181] Return the time of the last login
~ src/auth/login.test.ts | test: [MB-181] the first login has no last one
by tom
~ src/metrics/metrics.ts | feat(metrics): [OPS-31] count logins by outcome
~ docs/runbook.md | docs: [OPS-31] list the metrics
by lena
~ src/auth/session.ts | perf(session): [MB-186] renew a session without a second lookup
bump 2.0.5 2.0.6 package.json package-lock.json deploy/values.yaml
commit
| chore(release): prepare v2.0.6
branch release/2.0.6

switch main
day -15
by ravi
write src/auth/compare.ts
| import { timingSafeEqual } from "node:crypto";
|
| export function sameText(a: string, b: string): boolean {
|   const x = Buffer.from(a), y = Buffer.from(b);
|   return x.length === y.length && timingSafeEqual(x, y);
| }
replace src/auth/otp.ts
- return expected === given;
+ return sameText(expected, given);
commit compare
| fix(security): [MB-231] compare one-time codes in constant time
|
| A vulnerability found by the review of the code: the time of an answer
| told how many digits were right.
|
| Fixes: MB-231
by nora
replace Dockerfile
- CMD ["node", "dist/index.js"]
+ HEALTHCHECK CMD ["node", "dist/health.js"]
+ CMD ["node", "dist/index.js"]
commit health
| [OPS-44] Let the container say whether it is healthy
~ README.md | docs: where the dashboards are

switch release/2.0.6
by olga
day -13
pick compare trailer
pick health
tag v2.0.6
| Release v2.0.6

switch main
day -12
by kenji
branch feature/MB-234-biometric
write src/auth/biometric.ts
| import { Request, Response } from "express";
| import { openSession } from "./session";
|
| export async function enrol(request: Request, response: Response) {
|   const { customer, publicKey } = request.body;
|   keys.set(customer, publicKey);
|   return response.status(201).end();
| }
|
| const keys = new Map<string, string>();
commit biometric-enrol
| [MB-234] Add biometric authentication
|
| A customer registers the public key that the telephone keeps behind the
| fingerprint or the face.
write src/auth/biometric.test.ts
| import { enrol } from "./biometric";
|
| test("a key can be registered", () => {
|   expect(enrol).toBeDefined();
| });
commit
| test: [MB-234] register a key twice
append src/auth/biometric.ts
|
| export async function biometricLogin(request: Request, response: Response) {
|   const { customer, signature } = request.body;
|   const key = keys.get(customer);
|   if (!key || !verify(key, signature)) {
|     return response.status(401).json({ error: "not_recognised" });
|   }
|   return response.json(await openSession(customer));
| }
|
| function verify(key: string, signature: string): boolean {
|   return key.length > 0 && signature.length > 0;
| }
replace src/routes/auth.routes.ts
- import { login } from "../auth/login";
+ import { biometricLogin } from "../auth/biometric";
+ import { login } from "../auth/login";
replace src/routes/auth.routes.ts
- authRoutes.post("/login", login);
+ authRoutes.post("/login", login);
+ authRoutes.post("/biometric", biometricLogin);
replace src/config/auth.config.ts
- export const maxAttempts
+ export const biometricEnabled = process.env.BIOMETRIC_ENABLED === "true";
+ export const maxAttempts
commit
| feat(auth): [MB-234] sign in with fingerprint or face
|
| Refs: MB-234
switch main
by mira
~ docs/runbook.md | docs(runbook): who is on call
day -9
by lena
merge feature/MB-234-biometric
| Merge pull request #118 from mb/feature/MB-234-biometric
|
| [MB-234] Biometric authentication
replace deploy/values.yaml
- - name: REDIS_URL
+ - name: BIOMETRIC_ENABLED
+       value: "true"
+     - name: REDIS_URL
commit
| config(auth): [MB-234] switch biometric login on
by ravi
write src/auth/fingerprint.ts
| export const deviceFingerprint = (agent: string) => agent.toLowerCase();
commit device
| feat: [MB-240] remember the device of a session
by tom
~ src/auth/login.ts | [MB-245] Update the login flow for better security
replace deploy/values.yaml
- value: "30"
+ value: "15"
replace src/config/auth.config.ts
- SESSION_TIMEOUT ?? 30
+ SESSION_TIMEOUT ?? 15
commit
| [MB-245] Shorten the session to 15 minutes
|
| Asked for by the security review. Customers sign in again after a pause.
|
| Refs: MB-245, MB-231
day -7
by nora
revert device
remove src/auth/legacy-login.ts
replace src/routes/auth.routes.ts
- import { legacyLogin } from "../auth/legacy-login";
-
+
replace src/routes/auth.routes.ts
- authRoutes.post("/legacy-login", legacyLogin);
-
+
replace docs/api.md
- - `POST /api/v2/auth/legacy-login` (applications older than 4.0)
-
+
commit
| refactor(auth): [MB-255] remove the legacy login endpoint
|
| Deprecated since v2.0.0. Use /api/v2/auth/login instead.
day -5
by bot
replace package.json
- "jsonwebtoken": "^8.5.1"
+ "jsonwebtoken": "^9.0.2"
bump 8.5.1 9.0.2 package-lock.json
commit
| build(deps): bump jsonwebtoken from 8.5.1 to 9.0.2 (#121)
by kenji
~ src/metrics/metrics.ts | feat(metrics): [MB-234] count biometric logins
replace deploy/values-dev.yaml
- - name: DATABASE_URL
+ - name: NEW_FEATURE_FLAG
+       value: "true"
+     - name: DATABASE_URL
commit
| chore(dev): switch NEW_FEATURE_FLAG on
day -2
by mira
~ src/auth/biometric.test.ts | test: [MB-234] a wrong signature is refused
~ docs/api.md | docs: [MB-234] describe the biometric login
bump 2.0.6 2.0.7 package.json package-lock.json deploy/values.yaml
commit
| chore(release): v2.0.7
tag v2.0.7
| Release v2.0.7

day -1
by tom
~ src/auth/session.ts | fix(session): [MB-262] count a renewed session once
by ravi
~ src/auth/otp.ts | feat(otp): [MB-264] codes by push message
