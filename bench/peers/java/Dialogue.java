import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The side of the peer in the dialogue that {@code bench/peers/dialogue.py} describes. */
final class Dialogue {
    /** An engine with its data. */
    interface Engine {
        /** Makes all values of all rows of an answer, within some seconds. */
        void run(String text, double seconds) throws Exception;

        /** Writes an answer as SPARQL 1.1 Query Results JSON, within some seconds. */
        void write(String text, double seconds, OutputStream out) throws Exception;
    }

    /** Makes an engine, which is when its data is loaded. */
    interface Loading {
        Engine load() throws Exception;
    }

    /** The time of a question was up. */
    static final class Late extends Exception {
        Late(double seconds) {
            super(String.format("no answer in %.0f s", seconds));
        }
    }

    private static final double NANOS = 1e9;
    private static final double WARM_SECONDS = 2;
    private final Gson gson = new Gson();
    private final PrintStream replies =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    /** Loads, then answers the requests on standard input until it ends. */
    void hold(Loading loading) throws IOException {
        // whatever a library prints goes where the log is
        System.setOut(System.err);
        Engine engine;
        long started = System.nanoTime();
        try {
            engine = loading.load();
        } catch (Exception | OutOfMemoryError error) {
            fail(error);
            return;
        }
        JsonObject loaded = new JsonObject();
        loaded.addProperty("loaded", since(started));
        reply(loaded);
        var requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            try {
                answer(engine, gson.fromJson(line, JsonObject.class));
            } catch (Exception | OutOfMemoryError | StackOverflowError error) {
                fail(error);
            }
        }
    }

    private void answer(Engine engine, JsonObject request) throws Exception {
        String text = request.get("text").getAsString();
        double seconds = request.get("seconds").getAsDouble();
        int runs = request.get("runs").getAsInt();
        long started = System.nanoTime();
        try (OutputStream out = Files.newOutputStream(Path.of(request.get("answer").getAsString()))) {
            engine.write(text, seconds, out);
        }
        double first = since(started);
        // a virtual machine is warm when its compiler has seen the code often enough
        double warm = first;
        while (warm + first < Math.min(WARM_SECONDS, seconds / 4)) {
            first = time(engine, text, seconds);
            warm += first;
        }
        double all = 0;
        List<Double> times = new ArrayList<>();
        while (times.size() < runs && all + 2 * first < seconds / 2) {
            double once = time(engine, text, seconds);
            times.add(once);
            all += once;
        }
        JsonObject reply = new JsonObject();
        reply.add("times", gson.toJsonTree(times.isEmpty() ? List.of(first) : times));
        reply(reply);
    }

    private static double time(Engine engine, String text, double seconds) throws Exception {
        long started = System.nanoTime();
        engine.run(text, seconds);
        return since(started);
    }

    private static double since(long started) {
        return (System.nanoTime() - started) / NANOS;
    }

    private void fail(Throwable error) {
        error.printStackTrace();
        while (error.getCause() != null) {
            error = error.getCause();
        }
        String told = error.getClass().getSimpleName() + ": " + error.getMessage();
        JsonObject reply = new JsonObject();
        reply.addProperty("late", error instanceof Late);
        reply.addProperty("error", error instanceof Late ? error.getMessage() : told);
        reply(reply);
    }

    private void reply(JsonObject content) {
        replies.println(gson.toJson(content));
    }
}
