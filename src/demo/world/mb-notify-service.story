# Messages to customers: mail, text messages, and push messages since v2.0.7.
day -69
by nora
write README.md
| # mb-notify-service
|
| Tells customers what happens on their accounts.
write pom.xml
| <?xml version="1.0" encoding="UTF-8"?>
| <project xmlns="http://maven.apache.org/POM/4.0.0">
|   <modelVersion>4.0.0</modelVersion>
|   <groupId>org.example.mb</groupId>
|   <artifactId>mb-notify-service</artifactId>
|   <version>2.0.0</version>
|   <properties>
|     <jackson.version>2.14.2</jackson.version>
|   </properties>
|   <dependencies>
|     <dependency>
|       <groupId>com.fasterxml.jackson.core</groupId>
|       <artifactId>jackson-databind</artifactId>
|       <version>${jackson.version}</version>
|     </dependency>
|     <dependency>
|       <groupId>org.apache.kafka</groupId>
|       <artifactId>kafka-clients</artifactId>
|       <version>3.4.0</version>
|     </dependency>
|   </dependencies>
| </project>
write Dockerfile
| FROM eclipse-temurin:17-jre
| COPY target/notify.jar /notify.jar
| CMD ["java", "-jar", "/notify.jar"]
write src/main/java/org/example/mb/notify/Notifier.java
| package org.example.mb.notify;
|
| public final class Notifier {
|     public void send(String customer, String text) {
|         System.out.println(customer + ": " + text);
|     }
| }
write src/main/java/org/example/mb/notify/MailChannel.java
| package org.example.mb.notify;
|
| public final class MailChannel {
|     public boolean accepts(String address) {
|         return address.indexOf('@') > 0;
|     }
| }
write src/main/java/org/example/mb/notify/TextChannel.java
| package org.example.mb.notify;
|
| public final class TextChannel {
|     public boolean accepts(String number) {
|         return number.startsWith("+");
|     }
| }
write src/main/resources/templates/transfer.txt
| You sent {{amount}} to {{receiver}}.
write deploy/values.yaml
| image:
|   repository: registry.example.org/mb/notify
|   tag: "v2.0.0"
| replicas: 1
| env:
|   service_notify:
|     - name: LOG_LEVEL
|       value: "info"
|     - name: PUSH_ENABLED
|       value: "false"
|     - name: MAIL_ENDPOINT
|       value: "smtp://mail.example.org:587"
|     - name: RETRY_LIMIT
|       value: "3"
write deploy/values-dev.yaml
| env:
|   service_notify:
|     - name: LOG_LEVEL
|       value: "debug"
|     - name: MAIL_ENDPOINT
|       value: "smtp://mailbox.dev.example.org:1025"
write deploy/values-sit.yaml
| env:
|   service_notify:
|     - name: MAIL_ENDPOINT
|       value: "smtp://mailbox.sit.example.org:1025"
write deploy/values-uat.yaml
| env:
|   service_notify:
|     - name: LOG_LEVEL
|       value: "info"
write deploy/values-prod.yaml
| replicas: 3
| env:
|   service_notify:
|     - name: MAIL_API_KEY
|       value: "not-a-real-key-for-prod"
commit
| Start the notification service
~ src/main/resources/templates/login.txt | feat: [MB-105] a message for every new device
~ src/main/java/org/example/mb/notify/MailChannel.java | [MB-106] Answer addresses that bounce
tag v2.0.0
| Release v2.0.0

day -60
by kenji
~ src/main/java/org/example/mb/notify/TextChannel.java | feat(text): [MB-118] split long text messages
~ src/test/java/org/example/mb/notify/TextChannelTest.java | test(text): [MB-118] 160 and 161 letters
by mira
~ src/main/java/org/example/mb/notify/Notifier.java | fix: [MB-123] one message for one transfer
by lena
~ src/main/resources/templates/limit.txt | feat: [MB-126] a message when the limit is near
~ docs/runbook.md | docs: where messages are seen
bump 2.0.0 2.0.1 pom.xml deploy/values.yaml
commit
| chore(release): v2.0.1
tag v2.0.1
| Release v2.0.1

day -52
by bot
bump 2.14.2 2.15.3 pom.xml
commit
| build(deps): bump jackson from 2.14.2 to 2.15.3 (#22)
by tom
~ src/main/java/org/example/mb/notify/RetryPolicy.java | feat(retry): [MB-135] wait longer each time
~ docs/runbook.md | docs: messages that wait
bump 2.0.1 2.0.2 pom.xml deploy/values.yaml
commit
| chore(release): v2.0.2
tag v2.0.2
| Release v2.0.2

day -44
by ravi
branch feature/MB-150-languages
~ src/main/resources/templates/transfer_de.txt | feat(i18n): [MB-150] texts in German
~ src/main/resources/templates/transfer_hi.txt | feat(i18n): [MB-150] texts in Hindi
~ src/main/java/org/example/mb/notify/Language.java | feat(i18n): [MB-150] choose the customer's language
switch main
by nora
~ src/main/java/org/example/mb/notify/Notifier.java | refactor: channels in a list
merge feature/MB-150-languages
| Merge pull request #31 from mb/feature/MB-150-languages
|
| [MB-150] Messages in the customer's language
bump 2.0.2 2.0.3 pom.xml deploy/values.yaml
commit
| chore(release): v2.0.3
tag v2.0.3
| Release v2.0.3

day -33
by lena
~ src/main/java/org/example/mb/notify/MailChannel.java | fix(mail): [MB-168] umlauts in subjects
~ src/test/java/org/example/mb/notify/MailChannelTest.java | test(mail): [MB-168] subjects of every script
by kenji
~ src/main/java/org/example/mb/notify/RetryPolicy.java | fix(retry): [OPS-33] stop after the limit
by tom
~ src/main/java/org/example/mb/notify/Language.java | fix(i18n): [MB-171] English when a text is missing
~ src/test/java/org/example/mb/notify/LanguageTest.java | test(i18n): [MB-171] a language nobody knows
bump 2.0.3 2.0.5 pom.xml deploy/values.yaml
commit
| chore(release): v2.0.5
tag v2.0.5
| Release v2.0.5

day -22
by mira
~ src/main/java/org/example/mb/notify/TextChannel.java | perf(text): [MB-183] send in batches
~ src/main/java/org/example/mb/notify/Metrics.java | feat(metrics): [OPS-34] count messages by channel
by tom
~ docs/runbook.md | docs: what the counters mean
by ravi
~ src/main/resources/templates/rates.txt | feat: [MB-187] a message with the rate
bump 2.0.5 2.0.6 pom.xml deploy/values.yaml
commit
| chore(release): v2.0.6
tag v2.0.6
| Release v2.0.6

day -12
by ravi
branch feature/MB-256-push
write src/main/java/org/example/mb/notify/PushChannel.java
| package org.example.mb.notify;
|
| public final class PushChannel {
|     public boolean accepts(String device) {
|         return !device.isEmpty();
|     }
| }
commit
| feat(push): [MB-256] push notification for transactions
~ src/test/java/org/example/mb/notify/PushChannelTest.java | test(push): [MB-256] a device without a token
~ src/main/java/org/example/mb/notify/PushChannel.java | feat(push): [MB-256] send at once, not in batches
switch main
by lena
~ src/main/resources/templates/login.txt | Reword the message about a new device
day -8
by nora
merge feature/MB-256-push
| Merge pull request #57 from mb/feature/MB-256-push
|
| [MB-256] Push notifications
replace deploy/values.yaml
- - name: PUSH_ENABLED
-       value: "false"
+ - name: PUSH_ENABLED
+       value: "true"
+     - name: PUSH_SERVICE_URL
+       value: "https://push.example.org/v1"
commit
| config: [MB-256] switch push messages on
replace deploy/values-uat.yaml
- value: "info"
+ value: "info"
+     - name: PUSH_ENABLED
+       value: "true"
+     - name: MAIL_ENDPOINT
+       value: "smtp://mailbox.sit.example.org:1025"
commit
| config: [MB-256] push messages and their mail in UAT
day -6
by kenji
~ src/main/java/org/example/mb/notify/Notifier.java | fix: [MB-260] no message for a transfer that was refused
by bot
bump 3.4.0 3.6.1 pom.xml
commit
| build(deps): bump kafka-clients from 3.4.0 to 3.6.1 (#60)
by tom
~ src/main/java/org/example/mb/notify/Metrics.java | chore: tidy the counters
bump 2.0.6 2.0.7 pom.xml deploy/values.yaml
commit
| chore(release): v2.0.7
tag v2.0.7
| Release v2.0.7

day -1
by mira
~ src/main/java/org/example/mb/notify/PushChannel.java | fix(push): [MB-268] forget devices that are gone
