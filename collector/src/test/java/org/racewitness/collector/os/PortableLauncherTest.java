package org.racewitness.collector.os;

class PortableLauncherTest extends CommandLauncherContract {
    @Override
    CommandLauncher launcher() {
        return new PortableLauncher();
    }
}
