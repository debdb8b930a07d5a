# What customers see.
day -69
by kenji
write README.md
| # mb-web
|
| The bank in the browser.
write package.json
| {
|   "name": "mb-web",
|   "version": "2.0.0",
|   "private": true,
|   "dependencies": { "axios": "^1.4.0", "react": "^18.2.0", "react-dom": "^18.2.0" },
|   "devDependencies": { "vite": "^4.3.9" }
| }
write package-lock.json
| {
|   "name": "mb-web",
|   "version": "2.0.0",
|   "lockfileVersion": 3,
|   "requires": true,
|   "packages": {
|     "": {
|       "name": "mb-web",
|       "version": "2.0.0",
|       "dependencies": { "axios": "^1.4.0", "react": "^18.2.0", "react-dom": "^18.2.0" },
|       "devDependencies": { "vite": "^4.3.9" }
|     },
|     "node_modules/axios": { "version": "1.4.0" },
|     "node_modules/follow-redirects": { "version": "1.15.2" },
|     "node_modules/react": { "version": "18.2.0" },
|     "node_modules/react-dom": { "version": "18.2.0" },
|     "node_modules/vite": { "version": "4.3.9", "dev": true }
|   }
| }
write Dockerfile
| FROM nginx:1.24-alpine
| COPY dist /usr/share/nginx/html
write src/App.tsx
| import { Login } from "./pages/Login";
|
| export function App() {
|   return <Login />;
| }
write src/pages/Login.tsx
| export function Login() {
|   return <form><input name="customer" /><input name="password" type="password" /></form>;
| }
write src/pages/Accounts.tsx
| export function Accounts() {
|   return <h1>Accounts</h1>;
| }
write src/pages/Transfer.tsx
| export function Transfer() {
|   return <h1>Transfer</h1>;
| }
write src/styles/main.css
| body { font-family: sans-serif; margin: 0; }
write deploy/values.yaml
| image:
|   repository: registry.example.org/mb/web
|   tag: "v2.0.0"
| replicas: 2
| env:
|   service_web:
|     - name: API_ENDPOINT
|       value: "https://api.example.org"
|     - name: FEATURE_UPI
|       value: "false"
|     - name: FEATURE_BIOMETRIC
|       value: "false"
write deploy/values-dev.yaml
| replicas: 1
| env:
|   service_web:
|     - name: API_ENDPOINT
|       value: "https://api.dev.example.org"
|     - name: FEATURE_UPI
|       value: "true"
write deploy/values-sit.yaml
| env:
|   service_web:
|     - name: API_ENDPOINT
|       value: "https://api.sit.example.org"
write deploy/values-uat.yaml
| env:
|   service_web:
|     - name: API_ENDPOINT
|       value: "https://api.uat.example.org"
write deploy/values-prod.yaml
| replicas: 4
| env:
|   service_web:
|     - name: LOG_LEVEL
|       value: "warn"
commit
| Start the web application
~ src/pages/Login.tsx | feat: [MB-108] say when the password is wrong
~ src/styles/main.css | style: colours with enough contrast
tag v2.0.0
| Release v2.0.0

day -61
by mira
~ src/pages/Accounts.tsx | feat(accounts): [MB-119] balances in the currency of the account
~ src/pages/Accounts.test.tsx | test(accounts): [MB-119] three currencies
by nora
~ src/styles/main.css | fix(style): [MB-120] the menu on small screens
by kenji
~ src/pages/Login.test.tsx | test(login): [MB-108] a wrong password
~ src/pages/Transfer.tsx | feat(transfer): [MB-117] receivers of the last weeks
bump 2.0.0 2.0.1 package.json package-lock.json deploy/values.yaml
commit
| chore(release): v2.0.1
tag v2.0.1
| Release v2.0.1

day -51
by lena
branch feature/MB-136-dark
~ src/styles/dark.css | feat(style): [MB-136] a dark theme
~ src/pages/Settings.tsx | feat(settings): [MB-136] choose the theme
~ src/pages/Settings.test.tsx | test(settings): [MB-136] the choice stays
switch main
by ravi
~ src/pages/Transfer.tsx | fix(transfer): [MB-139] keep the amount when going back
squash feature/MB-136-dark
| feat: [MB-136] dark theme (#29)
|
| * feat(style): a dark theme
| * feat(settings): choose the theme
| * test(settings): the choice stays
by kenji
~ docs/themes.md | docs: [MB-136] how a theme is made
~ src/pages/Transfer.test.tsx | test(transfer): [MB-139] back and forth
bump 2.0.1 2.0.3 package.json package-lock.json deploy/values.yaml
commit
| chore(release): v2.0.3
tag v2.0.3
| Release v2.0.3

day -39
by tom
~ src/pages/Login.tsx | a11y: [MB-165] labels for every field
~ src/pages/Transfer.tsx | a11y: [MB-165] errors are read aloud
by bot
bump 1.15.2 1.15.4 package-lock.json
commit
| build(deps): bump follow-redirects from 1.15.2 to 1.15.4 (#34)
by kenji
~ src/pages/Accounts.tsx | perf(accounts): [MB-169] load balances together
bump 2.0.3 2.0.4 package.json package-lock.json deploy/values.yaml
commit
| chore(release): v2.0.4
tag v2.0.4
| Release v2.0.4

day -29
by mira
~ src/pages/History.tsx | feat(history): [MB-177] find a transaction
~ src/pages/History.test.tsx | test(history): [MB-177] nothing found
by lena
move src/styles/main.css src/styles/light.css
replace src/App.tsx
- import { Login }
+ import "./styles/light.css";
+ import { Login }
commit
| refactor(style): one file a theme
by tom
~ src/pages/Settings.tsx | feat(settings): [MB-179] choose the language
~ src/pages/Settings.test.tsx | test(settings): [MB-179] every language has a name
bump 2.0.4 2.0.5 package.json package-lock.json deploy/values.yaml
commit
| chore(release): v2.0.5
tag v2.0.5
| Release v2.0.5

day -19
by ravi
~ src/pages/Login.tsx | feat(login): [MB-181] show the last login
~ src/pages/Transfer.tsx | feat(transfer): [MB-187] foreign currency
by nora
~ src/styles/dark.css | fix(style): [MB-190] links in the dark theme
by kenji
~ src/pages/Limits.tsx | feat(limits): [MB-191] see the limit of the day
~ src/pages/Limits.test.tsx | test(limits): [MB-191] nothing is left
bump 2.0.5 2.0.6 package.json package-lock.json deploy/values.yaml
commit
| chore(release): v2.0.6
tag v2.0.6
| Release v2.0.6

day -11
by kenji
branch feature/MB-239-upi
write src/pages/Upi.tsx
| export function Upi() {
|   return <h1>Pay with UPI</h1>;
| }
commit
| feat(upi): [MB-238] pay with UPI
~ src/pages/Upi.test.tsx | test(upi): [MB-238] an address without a provider
switch main
by tom
write src/pages/Biometric.tsx
| export function Biometric() {
|   return <button>Sign in with your fingerprint</button>;
| }
commit
| feat(login): [MB-234] sign in with fingerprint or face
day -7
by mira
merge feature/MB-239-upi
| Merge pull request #52 from mb/feature/MB-239-upi
|
| [MB-238] UPI in the browser
replace deploy/values.yaml
- - name: FEATURE_BIOMETRIC
-       value: "false"
+ - name: FEATURE_BIOMETRIC
+       value: "true"
commit
| config: [MB-234] show the biometric login
by lena
~ src/pages/History.tsx | fix(history): [MB-250] the first page shows the newest
replace deploy/values.yaml
- - name: FEATURE_UPI
-       value: "false"
+ - name: FEATURE_UPI
+       value: "true"
commit
| config: [MB-238] show UPI
by bot
bump 4.3.9 4.5.1 package.json package-lock.json
commit
| build(deps-dev): bump vite from 4.3.9 to 4.5.1 (#55)
by nora
~ src/pages/Login.tsx | [MB-255] Remove the link to the old login
bump 2.0.6 2.0.7 package.json package-lock.json deploy/values.yaml
commit
| chore(release): v2.0.7
tag v2.0.7
| Release v2.0.7

day -1
by ravi
~ src/pages/Upi.tsx | feat(upi): [MB-265] show the receiver before paying
by kenji
~ src/pages/Accounts.tsx | fix(accounts): [MB-269] hide closed accounts
tag v2.0.8-rc.1
| Candidate 1 of v2.0.8
