// The service worker of notices. A push carries nothing; what is shown is the same for everybody, and a tap opens the page
// on which one's own work is (/sign-in leads there, or asks to sign in first).
self.addEventListener("push", function (event) {
  event.waitUntil(
    self.registration.showNotification("Handrail", { body: "You have a new item in Handrail", tag: "new-item", renotify: true })
  );
});
self.addEventListener("notificationclick", function (event) {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("/sign-in"));
});
