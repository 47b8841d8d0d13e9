import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.jena.graph.Graph;
import org.apache.jena.graph.GraphMemFactory;
import org.apache.jena.graph.Node;
import org.apache.jena.query.QueryCancelledException;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.riot.resultset.ResultSetLang;
import org.apache.jena.sparql.core.Var;
import org.apache.jena.sparql.exec.QueryExec;
import org.apache.jena.sparql.exec.RowSet;
import org.apache.jena.sparql.resultset.ResultsWriter;

/** Jena as a peer: the triples of a file in a graph in memory. */
final class JenaSide implements Dialogue.Engine {
    private final Graph graph;

    private JenaSide(Graph graph) {
        this.graph = graph;
    }

    public static void main(String[] files) throws Exception {
        new Dialogue().hold(() -> {
            Graph graph = GraphMemFactory.createDefaultGraphSameTerm();
            RDFDataMgr.read(graph, files[0]);
            return new JenaSide(graph);
        });
    }

    @Override
    public void run(String text, double seconds) throws Dialogue.Late {
        List<Node[]> rows = new ArrayList<>();
        answer(text, seconds, answer -> {
            List<Var> variables = answer.getResultVars();
            answer.forEachRemaining(
                    row -> rows.add(variables.stream().map(row::get).toArray(Node[]::new)));
        });
    }

    @Override
    public void write(String text, double seconds, OutputStream out) throws Dialogue.Late {
        var writer = ResultsWriter.create().lang(ResultSetLang.RS_JSON).build();
        answer(text, seconds, answer -> writer.write(out, answer));
    }

    private void answer(String text, double seconds, Consumer<RowSet> use) throws Dialogue.Late {
        long limit = (long) (seconds * 1000);
        try (QueryExec execution =
                QueryExec.graph(graph).query(text).timeout(limit, TimeUnit.MILLISECONDS).build()) {
            use.accept(execution.select());
        } catch (QueryCancelledException error) {
            throw new Dialogue.Late(seconds);
        }
    }
}
